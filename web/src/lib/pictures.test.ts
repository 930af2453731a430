import { expect, it } from 'vitest';
import { address, fitted, type Picture } from './pictures';

const picture = { files: [{ address: '/a', width: 480 }, { address: '/b', width: 960 }] } as Picture;

it('takes the smallest file that is wide enough', () => {
  expect([100, 480, 481, 2_000].map((width) => address(picture, width))).toEqual(['/a', '/a', '/b', '/b']);
  expect(address({ ...picture, files: [] }, 10)).toBe('');
});

it('makes the longer side fit and nothing larger', () => {
  expect(fitted(6_400, 3_200)).toEqual([3_200, 1_600]);
  expect(fitted(1_000, 4_000)).toEqual([800, 3_200]);
  expect(fitted(300, 200)).toEqual([300, 200]);
});
