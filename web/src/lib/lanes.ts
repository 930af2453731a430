// Laying entries that overlap beside each other: each gets the first lane that is free, and all that touch share
// the width.

export interface Span { start: number; end: number }
export interface Laid<T> { entry: T; lane: number; lanes: number }

export function lay<T extends Span>(entries: T[], least = 0): Laid<T>[] {
  const sorted = [...entries].sort((one, other) => one.start - other.start || other.end - one.end);
  const laid: Laid<T>[] = [];
  let group: Laid<T>[] = [];
  let ends: number[] = [];
  let groupEnd = -Infinity;
  const close = (): void => {
    for (const one of group) one.lanes = ends.length;
    group = [];
    ends = [];
  };
  for (const entry of sorted) {
    if (entry.start >= groupEnd) close();
    const end = Math.max(entry.end, entry.start + least);
    let lane = ends.findIndex((busy) => busy <= entry.start);
    if (lane < 0) lane = ends.length;
    ends[lane] = end;
    groupEnd = Math.max(groupEnd, end);
    const one = { entry, lane, lanes: 1 };
    group.push(one);
    laid.push(one);
  }
  close();
  return laid;
}
