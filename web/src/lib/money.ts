// Money is an integer of minor units with its currency. It is a number with a fraction nowhere but in its text.

export interface Price { amount: number; currency: string }

function digits(currency: string): number {
  const form = new Intl.NumberFormat('en', { style: 'currency', currency });
  return form.resolvedOptions().maximumFractionDigits ?? 2;
}

/** `€42`, `€42.50`. */
export function moneyText({ amount, currency }: Price, lang: string): string {
  const form = new Intl.NumberFormat(lang, { style: 'currency', currency, trailingZeroDisplay: 'stripIfInteger' } as Intl.NumberFormatOptions);
  return form.format(amount / 10 ** digits(currency));
}

/** `42.50`, as the API takes it and a field shows it. */
export function decimalText({ amount, currency }: Price): string {
  const count = digits(currency);
  if (count === 0) return String(amount);
  const text = String(Math.abs(amount)).padStart(count + 1, '0');
  return `${amount < 0 ? '-' : ''}${text.slice(0, -count)}.${text.slice(-count)}`;
}

/** What was typed, with a comma or a point, as the API takes it. */
export function typedMoney(text: string): string {
  return text.trim().replace(/\s/g, '').replace(',', '.');
}

/** The sum of prices of one currency. */
export function sum(prices: Price[], currency: string): Price {
  return { amount: prices.reduce((all, price) => all + price.amount, 0), currency };
}

/** What was typed, in minor units; `null` where it is no price. No fraction is ever a binary one. */
export function minorOf(text: string, currency: string): number | null {
  const form = /^(\d{1,10})(?:\.(\d+))?$/.exec(typedMoney(text));
  const count = digits(currency);
  if (!form || (form[2] ?? '').length > count) return null;
  return Number(`${form[1]}${(form[2] ?? '').padEnd(count, '0')}`);
}
