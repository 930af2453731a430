// What is wrong stands at its field; what has none is said in few words, and nothing of it is left out.
import { expect, it } from 'vitest';
import { Problem } from '../api/client';
import { Sending } from './form.svelte';

const refused = async (fields: string[], body: Record<string, unknown>): Promise<Sending> => {
  const sending = new Sending();
  expect(await sending.send(fields, () => Promise.reject(new Problem(422, { type: '/problems/plan_wrong', detail: 'Two mistakes.', ...body })))).toBe(false);
  return sending;
};

it('puts every mistake somewhere', async () => {
  const mistakes = [
    { field: 'slots[mugs].offers[item].ladder[0].price', detail: 'slots[mugs].offers[item].ladder[0].price: this is too much.' },
    { field: 'slots[mugs].windows[public].closes', detail: 'slots[mugs].windows[public].closes: it ends before it begins.' },
  ];
  const sending = await refused(['ladder[0].price', 'title'], { mistakes });
  expect(sending.at('ladder[0].price')).toBe('This is too much.');
  expect(sending.at('title')).toBeUndefined();
  expect(sending.general).toBe('closes: it ends before it begins.');
});

it('marks every field that is wrong, says all that has none once, and forgets it', async () => {
  const mistakes = [
    { field: 'person.name', detail: 'person.name: this can\'t be empty.' },
    { field: 'organiser.slug', detail: 'organiser.slug: use a-z.' },
    { field: 'token', detail: 'token: this is over.' },
    { field: 'existing', detail: 'existing: there is none.' },
  ];
  const sending = await refused(['person.name', 'name', 'slug'], { mistakes, field: 'token', detail: 'token: this is over.' });
  expect([sending.at('person.name'), sending.at('name'), sending.at('slug')]).toEqual(['This can\'t be empty.', undefined, 'Use a-z.']);
  expect(sending.general).toBe('token: this is over. existing: there is none.');
  sending.forget();
  expect([sending.at('person.name'), sending.at('slug'), sending.general]).toEqual([undefined, undefined, null]);
});

it('says what concerns no field', async () => {
  expect((await refused(['title'], {})).general).toBe('Two mistakes.');
  const one = await refused(['title'], { field: 'title', detail: 'title: write something.' });
  expect([one.at('title'), one.general]).toEqual(['Write something.', null]);
});

it('marks what is wrong before anything is sent', async () => {
  const sending = new Sending();
  expect(sending.mark({ name: 'Write something here.', email: undefined })).toBe(true);
  expect([sending.at('name'), sending.at('email')]).toEqual(['Write something here.', undefined]);
  expect(sending.mark({ name: undefined })).toBe(false);
  expect(sending.at('name')).toBeUndefined();
});
