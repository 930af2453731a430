// What a reader of mails sees is what is shown.
import { expect, it } from 'vitest';
import { plainPart } from './mail';

it('finds the plain part and reads its letters', () => {
  const message = [
    'Subject: x', 'Content-Type: multipart/alternative;', ' boundary="b1"', '', '--b1', 'Content-Type: text/calendar', '', 'BEGIN:VCALENDAR', '--b1',
    'Content-Type: text/plain; charset=utf-8', 'Content-Transfer-Encoding: quoted-printable', '', '2 =C3=97 Tea bowl =', 'and a plate', '', 'Gr=C3=BC=C3=9Fe', '--b1--',
  ].join('\r\n');
  expect(plainPart(message)).toBe('2 × Tea bowl and a plate\n\nGrüße');
});

it('leaves a plain message as it is', () => {
  expect(plainPart('Subject: x\r\n\r\nHello')).toBe('Hello');
});
