// Texts that are kept to be used again, for every form that texts are written in: fetched once by whoever asks first.
import { api, got, type Schemas } from '../api/client';

export type Text = Schemas['TextShape'];

/** Letters of a title that is made from a text's first words. */
const TITLE = 48;

class Texts {
  list: Text[] = $state.raw([]);
  #asked = false;

  /** Fetches them if nobody has yet. */
  async once(): Promise<void> {
    if (!this.#asked) await this.load();
  }

  async load(): Promise<void> {
    this.#asked = true;
    try {
      this.list = (await got(api.GET('/v1/texts'))).items;
    } catch (fault) {
      this.#asked = false;
      throw fault;
    }
  }

  async keep(title: string, text: string): Promise<Text> {
    const kept = await got(api.POST('/v1/texts', { body: { title, text } }));
    await this.load();
    return kept;
  }

  async change({ id, version }: Text, title: string, text: string): Promise<void> {
    await api.PUT('/v1/texts/{text}', { params: { path: { text: id }, header: { 'If-Match': `"v${version}"` } }, body: { title, text } });
    await this.load();
  }

  async remove(id: string): Promise<void> {
    await api.DELETE('/v1/texts/{text}', { params: { path: { text: id } } });
    await this.load();
  }
}

export const texts = new Texts();

/** What a text is called by its first words, where nobody calls it otherwise. */
export function titleOf(text: string): string {
  const line = text.trim().split('\n')[0]!.trim();
  if (line.length <= TITLE) return line;
  const space = line.lastIndexOf(' ', TITLE);
  // A word that is longer than half of it is cut.
  return `${line.slice(0, space > TITLE / 2 ? space : TITLE).trim()} …`;
}

/** A text behind what stands there already. */
export function behind(there: string, text: string): string {
  return there.trim() ? `${there.trimEnd()}\n\n${text}` : text;
}
