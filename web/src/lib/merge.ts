// Two people at one thing: what only one of them changed is taken; what both changed is asked about.

/** What stands in a form after somebody else's work has come in, and what both have changed to different things. */
export function merge<T extends Record<string, string>>(was: T, mine: T, theirs: T): { mine: T; was: T; clashes: (keyof T)[] } {
  const fields = Object.keys(was) as (keyof T)[];
  const touched = fields.filter((field) => mine[field] !== was[field]);
  const clashes = touched.filter((field) => theirs[field] !== was[field] && theirs[field] !== mine[field]);
  const next = { ...theirs };
  for (const field of touched) next[field] = mine[field];
  // Where both disagree, what it was stays, so that the clash is still known.
  const before = { ...theirs };
  for (const field of clashes) before[field] = was[field];
  return { mine: next, was: before, clashes };
}
