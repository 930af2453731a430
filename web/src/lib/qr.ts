// A QR code as the path of a drawing: the server says which of its squares are dark.

/** Light squares around it, without which cameras don't find it. */
export const MARGIN = 4;

export function path(rows: string[]): string {
  return rows.flatMap((row, y) => [...row.matchAll(/1+/g)].map((dark) => `M${dark.index + MARGIN} ${y + MARGIN}h${dark[0].length}v1h-${dark[0].length}z`)).join('');
}
