import { expect, test } from 'vitest';
import type { RunView } from '../../src/store/cockpit.ts';
import { cardHeading, cardTitleLines, cardWidth, renderCard } from '../../src/ui/kit/components/card.ts';
import { lineToText, lineWidth } from '../../src/ui/kit/text/line.ts';
import { createTextPen } from '../../src/ui/kit/text/pen.ts';
import { acted, endedRun, proposed, running } from './support/runs.ts';
import { armed, shop } from './support/shop.ts';
import { openCockpit, type User } from './support/user.ts';

const sizes = [
  [80, 24],
  [100, 30],
  [120, 36],
  [200, 60],
] as const;

const title = 'Bring the payment provider back, then let the calls of billing and checkout through again';

const withRun = async (run: RunView, size: readonly [number, number]): Promise<User> => {
  const scene = shop();
  return openCockpit({ size, scene: { ...scene, cockpit: { ...scene.cockpit, arming: armed, run } } });
};

/** The rows of the open card, from edge to edge. */
const cardRows = (user: User): readonly string[] =>
  user.terminal.rows().flatMap((row) => {
    const width = cardWidth({ columns: row.length });
    const index = Math.floor((row.length - width) / 2);
    return /[╔╭║│╟╠├╚╰]/.test(row.charAt(index)) ? [row.slice(index, index + width)] : [];
  });

/** The lines of the open card, without its frame and the blanks around them. */
const cardTexts = (user: User): readonly string[] =>
  cardRows(user).map((row) => row.replaceAll(/[═─╔╗╚╝║╭╮╰╯│╟╢╠╣├┤]/g, '').trim());

/** The text of the open card without blanks, for texts that wrap. */
const cardInk = (user: User): string => cardTexts(user).join('').replaceAll(/\s/g, '');

test.each([
  [80, 72],
  [81, 73],
  [100, 92],
  [112, 104],
  [113, 104],
  [300, 104],
])('on %i columns a card has %i columns', (columns, expected) => {
  expect(cardWidth({ columns })).toBe(expected);
});

test('every row of a card has its full width, whatever it contains', () => {
  const pen = createTextPen(false);
  for (const columns of [80, 97, 120, 200]) {
    const view = { columns, pen };
    const lines = [
      cardHeading(view, [pen.run('x'.repeat(200))], [pen.run('DISRUPTIVE')]),
      ...cardTitleLines(view, [pen.run('CONFIRM')], '注文'.repeat(40), [pen.run('SAFE')]),
      [pen.run('注文'.repeat(70))],
      [],
    ];
    expect(new Set(renderCard(view, { edge: 'focus', lines }).map(lineWidth))).toEqual(
      new Set([cardWidth(view)]),
    );
    expect(lineToText(lines[0] ?? [])).toMatch(/x… DISRUPTIVE$/);
  }
});

test('the rule below a card reaches its corner, however long its keys are', () => {
  const pen = createTextPen(false);
  const view = { columns: 80, pen };
  for (let blanks = 0; blanks < 8; blanks += 1) {
    const keys = 'k'.repeat(cardWidth(view) - 5 - blanks);
    const [, last = []] = renderCard(view, { edge: 'focus', lines: [[pen.run('CARD')], [pen.run(keys)]] });
    expect(lineToText(last)).toBe(`╰─ ${keys} ${'─'.repeat(blanks)}╯`);
  }
});

for (const size of sizes) {
  const name = size.join('x');
  test(`at ${name} a long title is complete, and calls are truncated only if there is no room`, async () => {
    const user = await withRun(proposed({ title }), size);
    const rows = cardRows(user);
    expect(rows[0]).toMatch(/^╔═ Confirm in PRODUCTION ═+ DISRUPTIVE ═╗$/);
    expect(rows.at(-1)).toMatch(/^╚═+╝$/);
    for (const row of rows.slice(1, -1)) expect(row).toMatch(/^(?:║ .* ║|╟─.*─╢|╠═+╣)$/);
    const text = cardTexts(user).join(' ');
    expect(text).toContain(title);
    // Equal calls are one row; tab shows each of them complete.
    const others = cardTexts(user).filter((line) => !/\d × POST …/.test(line));
    if (size[0] > 80) expect(others.join(' ')).not.toContain('…');
    // Passed checks share a line.
    expect(text).toContain('tab full calls');
  });

  test(`at ${name} a run and its ending use the available room`, async () => {
    const sent = ['POST http://10.4.0.7:8081/actuator/circuitbreakers/psp {"updateState":"CLOSE"}'];
    const proposal = proposed({ title }).proposal;
    const more = proposal === undefined ? {} : { proposal };
    const failed = acted.map((event) =>
      event.event === 'acted'
        ? {
            ...event,
            ok: false,
            result:
              '1 of 2 calls succeeded: POST http://10.4.0.7:8081/actuator/circuitbreakers/psp → 200; POST http://10.4.0.8:8081/actuator/circuitbreakers/psp → 503',
          }
        : event,
    );
    const user = await withRun(running({ ...more, events: failed }), size);
    expect(cardRows(user)[0]).toMatch(/^╔═ ◌ Running ═+ DISRUPTIVE {2}0:37 ═╗$/);
    const during = cardInk(user);
    expect(cardTexts(user).join(' ')).toContain(title);
    expect(during).toContain('✗Closeit1of2callssucceeded');
    expect(during).toContain('→503');
    expect(during).toContain('Output');
    const run = {
      ...endedRun('failed', 'billing-1 answered 503: nothing more was sent', { events: failed, sent }),
    };
    await user.happens(() => user.cockpit.setState({ run: { ...run, ...more } }));
    expect(cardRows(user)[0]).toMatch(/^╭─ ✗ FAILED {2}in 37s ─.* ─╮$/);
    const endedRows = cardTexts(user);
    expect(endedRows.join(' ')).toContain('billing-1 answered 503: nothing more was sent');
    expect(endedRows.some((row) => row.startsWith('sent '))).toBe(true);
    expect(endedRows.findLast((row) => row !== '')).toMatch(/esc close$/);
    expect(cardInk(user)).toContain('→503');
  });
}
