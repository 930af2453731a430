// What the library has, for forms that choose from it: fetched once by whoever asks first.
import { all, api, got, type Schemas } from '../api/client';
import type { Picture } from './pictures';

export type Product = Schemas['ProductShape'];

class Library {
  pictures: Picture[] = $state.raw([]);
  products: Product[] = $state.raw([]);

  async load(): Promise<void> {
    const page = (cursor: string | undefined) => ({ params: { query: { limit: 500, ...(cursor ? { cursor } : {}) } } });
    [this.products, this.pictures] = await Promise.all([
      all((cursor) => got(api.GET('/v1/products', page(cursor)))),
      all((cursor) => got(api.GET('/v1/pictures', page(cursor)))),
    ]);
  }

  /** The picture that an address leads to. */
  at(image: string | undefined): Picture | undefined {
    return image ? this.pictures.find((one) => one.files.some((file) => image.endsWith(file.address))) : undefined;
  }

  /** A picture that has just come in. */
  add(picture: Picture): void {
    this.pictures = [...this.pictures.filter((one) => one.id !== picture.id), picture];
  }
}

export const library = new Library();
