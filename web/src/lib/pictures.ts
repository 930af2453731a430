// Pictures before they are sent and after they are there.
import { api, got, type Schemas } from '../api/client';
import { once } from './shelf.svelte';

export type Picture = Schemas['PictureShape'];

/** Files longer than this are made smaller before they are sent: a phone's photograph over a slow line. */
const SENT_BYTES_MAX = 4_000_000;
/** Pixels along the longer side of what is sent then; the server draws nothing wider than 1,600. */
const SENT_SIDE_MAX = 3_200;

/** The file of a picture that is at least so wide, or its largest. */
export function address(picture: Picture, width: number): string {
  const fit = picture.files.find((file) => file.width >= width) ?? picture.files.at(-1);
  return fit?.address ?? '';
}

/** How large to draw what is this large. */
export function fitted(width: number, height: number): [number, number] {
  const scale = Math.min(1, SENT_SIDE_MAX / Math.max(width, height));
  return [Math.round(width * scale), Math.round(height * scale)];
}

/** What is sent of a file: itself, or what can be seen of it where it is long. */
async function sendable(file: File): Promise<Blob> {
  if (file.size <= SENT_BYTES_MAX) return file;
  try {
    const image = await createImageBitmap(file);
    const [width, height] = fitted(image.width, image.height);
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext('2d');
    if (!context) return file;
    // What is transparent is white, as the server makes it.
    context.fillStyle = '#fff';
    context.fillRect(0, 0, width, height);
    context.drawImage(image, 0, 0, width, height);
    return await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.92 });
  } catch {
    // The server says what is wrong with it.
    return file;
  }
}

/** Puts a file into the library. */
export async function sendPicture(file: File, said: { title: string; alt: string; focus: { x: number; y: number } }): Promise<Picture> {
  const body = await sendable(file);
  return got(api.POST('/v1/pictures', {
    params: { query: { title: said.title, alt: said.alt, ...said.focus }, header: once() },
    body: body as never,
    bodySerializer: (whole: unknown) => whole as Blob,
    headers: { 'content-type': body.type },
  }));
}
