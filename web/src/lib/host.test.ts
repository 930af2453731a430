// Names of hosts come as people copy them.
import { expect, test } from 'vitest';
import { hostOf } from './host';

test('a name is found in what was copied, as browsers send it', () => {
  for (const [typed, name] of [
    [' Mugs.Example ', 'mugs.example'],
    ['https://mugs.example/shop?a=b', 'mugs.example'],
    ['mugs.example:8080/', 'mugs.example'],
    ['töpferei.example', 'xn--tpferei-90a.example'],
    ['no name', 'no name'],
    ['', ''],
  ]) expect(hostOf(typed!)).toBe(name);
});
