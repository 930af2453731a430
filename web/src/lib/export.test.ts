import { expect, it } from 'vitest';
import { lineOf } from './export';

it('is one line of JSON with its kind first, whatever is in it', () => {
  const line = lineOf('order', { text: 'two\nlines "here"' });
  expect(line).toBe('{"kind":"order","value":{"text":"two\\nlines \\"here\\""}}\n');
  expect(JSON.parse(line)).toEqual({ kind: 'order', value: { text: 'two\nlines "here"' } });
});
