// The sheet as a picture for a mail, a wall or a chat: all of it at once, drawn on a canvas in the page's own colours.
import { fit, stepFor, ticks } from '../../lib/axis';
import { moneyText } from '../../lib/money';
import { clock, DAY, shortDay, wallWords, type Wall } from '../../lib/time';
import { t, words } from '../../words/words.svelte';
import type { Row } from './rows';

const WIDE = 1600;
const LEFT = 210;
const TOP = 120;
const LANE = 58;
const BAR = 30;

interface Paper { context: CanvasRenderingContext2D; x: (wall: Wall) => number; colour: (name: string) => string }

/** Draws the sheet; the answer is the picture's file. */
export async function draw(rows: Row[], slot: { title: string; start: Wall; end: Wall; when: string }): Promise<Blob> {
  const canvas = document.createElement('canvas');
  const ratio = 2;
  const high = TOP + (rows.length + 1) * LANE + 30;
  canvas.width = WIDE * ratio;
  canvas.height = high * ratio;
  const context = canvas.getContext('2d');
  if (!context) throw new Error('no canvas');
  context.scale(ratio, ratio);
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string): string => style.getPropertyValue(name).trim() || '#888';
  const range = fit([[slot.start, slot.end], ...rows.map((row): [Wall, Wall] => [row.open, row.close])]);
  const x = (wall: Wall): number => LEFT + ((wall - range[0]) / (range[1] - range[0])) * (WIDE - LEFT - 24);
  const paper: Paper = { context, x, colour };

  context.fillStyle = colour('--surface');
  context.fillRect(0, 0, WIDE, high);
  say(paper, slot.title, 24, 42, 26, '--ink', 700);
  say(paper, slot.when, 24, 68, 15, '--ink-2');
  axis(paper, range, high);
  context.fillStyle = colour('--wash');
  context.fillRect(x(slot.start), TOP, Math.max(2, x(slot.end) - x(slot.start)), high - TOP);
  bar(paper, TOP + 14, [slot.start, slot.end], ['--accent', '--accent', '--on-accent'], slot.title);
  say(paper, t('the-slot'), 24, TOP + 34, 14, '--ink-2', 600);
  rows.forEach((row, index) => lane(paper, row, TOP + (index + 1) * LANE + 14));
  return new Promise((resolve, reject) => canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('no picture'))), 'image/png'));
}

function axis({ context, x, colour }: Paper, range: [Wall, Wall], high: number): void {
  const step = stepFor((range[1] - range[0]) / (WIDE - LEFT), 90);
  for (const mark of ticks(range[0], range[1], step)) {
    context.fillStyle = colour(mark.major ? '--line-strong' : '--line');
    context.fillRect(x(mark.at), TOP - 12, 1, high - TOP);
    const text = mark.major || step >= DAY ? wallWords(mark.at, words.locale, shortDay) : wallWords(mark.at, words.locale, clock);
    say({ context, x, colour }, text, x(mark.at) - 16, TOP - 18, 12, mark.major ? '--ink' : '--ink-3', mark.major ? 650 : 400);
  }
}

function lane(paper: Paper, row: Row, y: number): void {
  const name = row.kind !== 'marks' ? row.title : row.person || t(`block-${row.block}`);
  say(paper, name, 24, y + 20, 14, '--ink-2', 600, LEFT - 40);
  if (row.kind === 'window') {
    const [open, close] = [row.open, row.close];
    bar(paper, y, [open, close], row.phase === 'ahead' ? ['--soon-wash', '--on-soon', '--on-soon'] : ['--wash', '--accent', '--on-wash'], t('taken-of', { taken: row.taken, most: row.most }), row.most ? row.taken / row.most : 0);
  } else if (row.kind === 'offer') {
    for (const stair of row.stairs) bar(paper, y, [stair.from, stair.until], ['--low-wash', '--held', '--on-low'], moneyText({ amount: stair.amount, currency: row.currency }, words.locale));
  } else if (row.kind === 'fulfilment') {
    bar(paper, y, [row.open, row.close], ['--sunken', '--line-strong', '--ink'], row.bays.length ? '' : t(`way-${row.way}`));
    for (const bay of row.bays) bar(paper, y, [bay.from, bay.until], ['--surface', '--line-strong', '--ink'], `${bay.taken}/${bay.places}`, bay.taken / Math.max(1, bay.places));
  } else {
    for (const mark of row.marks) {
      if (mark.until !== null) bar(paper, y, [mark.from, mark.until], ['--soon-wash', '--on-soon', '--on-soon'], mark.title);
      else pin(paper, y, mark.from, mark.title);
    }
  }
}

function pin(paper: Paper, y: number, at: Wall, title: string): void {
  const { context, x, colour } = paper;
  context.fillStyle = colour('--on-soon');
  context.fillRect(x(at) - 1, y, 2, BAR);
  context.beginPath();
  context.arc(x(at), y + 2, 5, 0, 2 * Math.PI);
  context.fill();
  say(paper, title, x(at) + 9, y + 14, 12, '--on-soon', 560);
}

function bar(paper: Paper, y: number, [from, until]: [Wall, Wall], [fill, line, ink]: [string, string, string], text: string, full = 0): void {
  const { context, x, colour } = paper;
  const [left, wide] = [x(from), Math.max(3, x(until) - x(from))];
  context.beginPath();
  context.roundRect(left, y, wide, BAR, 7);
  context.fillStyle = colour(fill);
  context.fill();
  if (full > 0) {
    context.save();
    context.clip();
    context.globalAlpha = 0.3;
    context.fillStyle = colour(line);
    context.fillRect(left, y, wide * Math.min(1, full), BAR);
    context.restore();
  }
  context.strokeStyle = colour(line);
  context.stroke();
  if (wide > 24) say(paper, text, left + 8, y + 20, 13, ink, 600, wide - 14);
}

function say({ context, colour }: Paper, text: string, left: number, base: number, size: number, ink: string, weight = 400, most?: number): void {
  context.font = `${weight} ${size}px ${getComputedStyle(document.body).fontFamily}`;
  context.fillStyle = colour(ink);
  let shown = text;
  while (most && shown.length > 1 && context.measureText(shown).width > most) shown = `${shown.slice(0, -2)}…`;
  if (!most || context.measureText(shown).width <= most + 8) context.fillText(shown, left, base);
}
