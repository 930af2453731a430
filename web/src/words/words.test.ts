// Both languages say everything, nothing that is said is missing, and nothing stands there unsaid.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FluentBundle, FluentResource } from '@fluent/bundle';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const ids = (lang: string): string[] => {
  const text = readFileSync(join(root, `words/${lang}.ftl`), 'utf8');
  const bundle = new FluentBundle(lang);
  expect(bundle.addResource(new FluentResource(text))).toEqual([]);
  return [...text.matchAll(/^([a-z][\w-]*) =/gm)].map(([, id]) => id!);
};

const variables = (lang: string): Record<string, string> => {
  const text = readFileSync(join(root, `words/${lang}.ftl`), 'utf8');
  return Object.fromEntries(text.split(/^(?=[a-z][\w-]* =)/m).slice(1).map((block) => {
    const names = new Set([...block.matchAll(/\{ \$(\w+)/g)].map(([, name]) => name));
    return [block.split(' =')[0]!, [...names].sort().join()];
  }));
};

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sources(path);
    return /\.(svelte|ts)$/.test(entry.name) && !entry.name.endsWith('.d.ts') && !entry.name.endsWith('.test.ts') ? [readFileSync(path, 'utf8')] : [];
  });
}

it('both languages have the same messages with the same values', () => {
  expect(ids('de')).toEqual(ids('en'));
  expect(new Set(ids('en')).size).toBe(ids('en').length);
  expect(variables('de')).toEqual(variables('en'));
});

it('what the code says is there, and what is there is said', () => {
  const code = sources(root).join('\n');
  const known = ids('en');
  const whole = [...code.matchAll(/\bt\('([\w-]+)'/g)].map(([, id]) => id!);
  const begun = [...code.matchAll(/\bt\(`([\w-]*)\$\{/g)].map(([, start]) => start!);
  expect(whole.filter((id) => !known.includes(id))).toEqual([]);
  expect(begun.filter((start) => !known.some((id) => id.startsWith(start)))).toEqual([]);
  // Names of views are said by their keys.
  const keys = [...code.matchAll(/key: '([\w-]+)'/g)].map(([, id]) => id!);
  const said = (id: string): boolean => whole.includes(id) || keys.includes(id) || begun.some((start) => start !== '' && id.startsWith(start));
  expect(known.filter((id) => !said(id))).toEqual([]);
});
