import { expect, it } from 'vitest';
import { path } from './qr';

it('runs of dark squares are drawn as one, behind the margin', () => {
  expect(path(['101', '011'])).toBe('M4 4h1v1h-1zM6 4h1v1h-1zM5 5h2v1h-2z');
  expect(path([])).toBe('');
});
