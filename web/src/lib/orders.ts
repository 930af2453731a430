// Orders as lists show them: who, what, when, and finding one by anything.
import { all, api, got, type Schemas } from '../api/client';

export type Order = Schemas['OrderShape'];

export async function loadOrders(slot?: string): Promise<Order[]> {
  const orders = await all((cursor) => got(api.GET('/v1/orders', {
    params: { query: { limit: 500, ...(slot ? { slot } : {}), ...(cursor ? { cursor } : {}) } },
  })));
  return orders.reverse();
}

export function plain(text: string): string {
  return text.normalize('NFKD').replace(/[\u0300-\u036f]/g, '').toLowerCase();
}

/** All that an order is found by: its number and its passes' with the dash in the middle and without. */
export function textOf(order: Order): string {
  const { name, email, address } = order.buyer;
  const where = address ? Object.values(address) : [];
  const notes = order.notes?.map((note) => note.text) ?? [];
  const passes = order.lines.flatMap(({ pass }) => [pass.serial, pass.number, pass.number.replace('-', '')]);
  return plain([order.id, order.number, name, email, ...where, ...notes, ...passes].join(' '));
}

/** Whether every word of what is asked for stands somewhere in the order. */
export function fits(order: Order, asked: string, more = ''): boolean {
  const text = `${textOf(order)} ${plain(more)}`;
  return plain(asked).split(/\s+/).filter(Boolean).every((word) => text.includes(word));
}

/** Units of an order that are not given back. */
export function unitsOf(order: Order): number {
  return order.lines.reduce((count, line) => count + (line.state === 'cancelled' ? 0 : line.quantity), 0);
}

/** What is to be paid when goods are handed over: what was bought to be paid then, and is not fetched yet. */
export function dueAtPickup({ payment, lines, total }: Order): Schemas['Price'] {
  const open = payment.method === 'at_pickup' ? lines.filter((line) => line.state === 'confirmed') : [];
  return { amount: open.reduce((all, line) => all + line.total.amount, 0), currency: total.currency };
}

/** What was taken in for an order: by card what was captured and not paid back, at pickup what was fetched. */
export function takenIn({ payment, lines, total }: Order): Schemas['Price'] {
  const fetched = lines.filter((line) => line.state === 'handed');
  const amount = payment.method === 'at_pickup' ? fetched.reduce((all, line) => all + line.total.amount, 0) : payment.captured.amount - payment.refunded.amount;
  return { amount, currency: total.currency };
}

/** When something was made, which its id carries. */
export function madeAt(id: string): number {
  const digits = '0123456789abcdefghjkmnpqrstvwxyz';
  let value = 0n;
  for (const letter of id.split('_')[1] ?? '') value = value * 32n + BigInt(digits.indexOf(letter));
  return Number(value >> 80n);
}

/** Orders as rows, with a head; money in minor units, as the API has it. */
export function table(orders: Order[], titles: Map<string, string>): (string | number)[][] {
  const head = ['order', 'confirmed_at', 'slot', 'name', 'email', 'units', 'total', 'currency', 'state', 'paid_by', 'captured', 'refunded', 'street', 'extra', 'postcode', 'city', 'region', 'country', 'notes'];
  const rows = orders.map(({ id, confirmed_at, slot, buyer, total, state, payment, lines, notes }) => {
    const { street = '', extra = '', postcode = '', city = '', region = '', country = '' } = buyer.address ?? {};
    const units = lines.reduce((count, line) => count + (line.state === 'cancelled' ? 0 : line.quantity), 0);
    return [id, confirmed_at, titles.get(slot) ?? slot, buyer.name, buyer.email, units, total.amount, total.currency, state, payment.method, payment.captured.amount, payment.refunded.amount, street, extra, postcode, city, region, country, notes?.map((note) => note.text).join('\n') ?? ''];
  });
  return [head, ...rows];
}

/** A table for other programs. A cell that a spreadsheet would run is kept as text. */
export function csv(rows: (string | number)[][]): string {
  const cell = (value: string | number): string => {
    const text = String(value);
    const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
    return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  return rows.map((row) => row.map(cell).join(',')).join('\r\n');
}

/** The country with these two letters as the reader calls it; the letters themselves where they are no country's. */
export function countryName(code: string, locale: string): string {
  if (!/^[a-z]{2}$/i.test(code)) return code;
  return new Intl.DisplayNames(locale, { type: 'region' }).of(code.toUpperCase()) ?? code;
}

/** An address line by line, as it stands on a parcel. */
export function addressLines(address: Schemas['AddressShape'], locale: string): string[] {
  const { street, extra = '', postcode = '', city, region = '', country } = address;
  return [street, extra, `${postcode} ${city}`.trim(), region, countryName(country, locale)].filter(Boolean);
}
