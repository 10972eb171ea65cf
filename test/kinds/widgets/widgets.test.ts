import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { profileJsonSchema } from '../../../scripts/pages/profile-json-schema.ts';
import type { AnyFact, FactKind } from '../../../src/domain/facts/facts.ts';
import type { Limits } from '../../../src/domain/facts/level.ts';
import { checkReport } from '../../../src/engine/check.ts';
import { checkText } from '../../../src/engine/check-text.ts';
import { choicesOf } from '../../../src/expressions/choices.ts';
import { evaluateExpression } from '../../../src/expressions/evaluate.ts';
import { parseExpression } from '../../../src/expressions/rows/parse.ts';
import { factLine } from '../../../src/kinds/registry/fact-line.ts';
import { allKinds, factKey, factKinds, registerKind, rowName } from '../../../src/kinds/registry/registry.ts';
import { createFactsStore } from '../../../src/store/facts-store.ts';
import { features } from '../../../src/ui/app/features.ts';
import { profileOf } from '../../engine/toys.ts';
import { finish, head, saidOf } from '../../profile/support/loading.ts';
import { shopCockpit } from '../../screens/support/shop.ts';
import { openCockpit, type User } from '../../screens/support/user.ts';
import { longTest } from '../../support/layer.ts';
import { feedInfo, frame, learn, noon, snapshotWith } from '../../support/made-facts.ts';
import { type Widget, widgets } from './kind.ts';

// A plugin kind is registered at run time and is in no type of this program.
const kind = 'widgets' as FactKind;
const facts = (...all: readonly Widget[]): readonly AnyFact[] => all as readonly Fact[] as readonly AnyFact[];
type Fact = Pick<Widget, 'source' | 'at'>;

const widget = (name: string, more: Partial<Widget> = {}): Widget => ({
  source: 'bus',
  at: noon,
  shelf: 'north/2',
  name,
  mood: 'glad',
  size: 2,
  ...more,
});
const two = facts(widget('cog', { size: 5, mood: 'sad' }), widget('nut', { wornPercent: 12.5 }));
const snapshotOf = (limits: Limits = {}) => snapshotWith({ [kind]: two }, { limits });

let unregister: () => void = () => {};
beforeAll(() => {
  unregister = registerKind(widgets);
});
afterAll(() => unregister());

const evaluate = (text: string, snapshot = snapshotOf()) => {
  const parsed = parseExpression(text);
  if (!parsed.ok) throw new Error(parsed.message);
  const { value, why } = evaluateExpression(parsed.expression, snapshot, { now: noon });
  return { is: value, why };
};

describe('a kind added with registerKind', () => {
  test('has its fields in expressions', () => {
    expect(evaluate('any(widgets | size > 3)')).toEqual({
      is: 'true',
      why: 'widgets north/2 · cog size is 5',
    });
    expect(evaluate('all(widgets | mood = glad)').is).toBe('false');
    expect(evaluate('any(widgets[name = nut] | worn > 20)').is).toBe('false');
    expect(evaluate('count(widgets | level >= warn) = 1').is).toBe('true');
    // A missing value is unknown, not 0.
    expect(evaluate('any(widgets[name = cog] | worn < 1)').is).toBe('unknown');
    expect(parseExpression('any(widgets | weight > 3)')).toMatchObject({ ok: false });
    expect(parseExpression('any(wigets | size > 3)')).toMatchObject({
      ok: false,
      message: expect.stringContaining('widgets'),
    });
  });

  test('provides choices of a parameter', () => {
    const from = { name: 'which', type: 'choice', from: 'widgets.name' } as const;
    expect(choicesOf(from as Parameters<typeof choicesOf>[0], snapshotOf())).toMatchObject({
      choices: ['cog', 'nut'],
    });
  });

  test('has keys and names of rows', () => {
    const [cog] = two;
    expect(cog === undefined ? '' : factKey(kind, cog)).toBe('bus/north%2F2/cog');
    expect(cog === undefined ? '' : rowName(kind, cog)).toBe('north/2 · cog');
    expect(snapshotOf().kinds[kind].rows.map(({ key }) => key)).toEqual([
      'bus/north%2F2/cog',
      'bus/north%2F2/nut',
    ]);
  });

  test('has levels by its state words and limits, which count in the overall level', () => {
    const levels = (limits: Limits) => snapshotOf(limits).kinds[kind].rows.map(({ level }) => level);
    expect(levels({})).toEqual(['warn', 'ok']);
    expect(levels({ [kind]: { crit: '>=5', sad: 'ok' } })).toEqual(['crit', 'ok']);
    expect(snapshotOf({ [kind]: { crit: '>=5' } }).level).toBe('crit');
  });

  longTest('is printed by check, as JSON and as text', () => {
    const report = checkReport(snapshotOf(), profileOf([]), 0);
    expect(report[kind]).toEqual([
      {
        shelf: 'north/2',
        name: 'cog',
        mood: 'sad',
        size: 5,
        worn: null,
        level: 'warn',
        source: 'bus',
        at: '2026-03-04T10:15:07.000Z',
      },
      expect.objectContaining({ name: 'nut', worn: 12.5, level: 'ok' }),
    ]);
    const text = checkText(report, { columns: 120, color: false }).split('\n');
    expect(text[2]).toBe('▲ WARN     widgets  north/2 · cog  sad  size 5 bytes');
    expect(text[4]).toBe('● OK       1 widget');
  });

  test('is shown field by field in a diagnose step', () => {
    expect(two.map((fact) => factLine(kind, fact))).toEqual([
      'shelf north/2  name cog  mood sad  size 5',
      'shelf north/2  name nut  mood glad  size 2  wornPercent 12.5',
    ]);
  });

  longTest('can be used in limits and signals of a profile, and is in the schema', async () => {
    const limits = 'limits: { widgets: { crit: ">=5", sad: ok } }\n';
    expect((await finish(`${head}${limits}`)).profile.limits).toEqual({
      widgets: { crit: '>=5', sad: 'ok' },
    });
    expect((await saidOf(`${head}limits: { widgets: { sadd: ok } }\n`)).join('\n')).toContain(
      '"sadd" is not a state of widgets. Did you mean "sad"?',
    );
    const signal = 'signals: [{ id: many, read: { fact: widgets, field: size, fold: sum } }]\n';
    expect(await saidOf(`${head}${signal}`)).toEqual([
      expect.stringContaining('warning: many read.fact: no source of this profile provides widgets.'),
    ]);
    expect(JSON.stringify(profileJsonSchema([]))).toContain('"widgets":{"type":"object"');
  });

  const cockpit = (): Promise<User> => {
    const store = createFactsStore(frame({ system: 'shop', env: 'production' }));
    learn(store, feedInfo('bus/widgets', kind), { items: two });
    return openCockpit({
      size: [120, 36],
      scene: { facts: store, cockpit: { ...shopCockpit, suggestions: [] } },
    });
  };
  const go = async (user: User, pane: string): Promise<void> => {
    await user.press(':');
    await user.type(pane);
    await user.press('enter');
  };

  test('has a pane with its fields in the overview', async () => {
    const user = await cockpit();
    expect(user.rowWith(' Widgets ')).toMatch(/^ Widgets {2,}▲ 1 warning ● 1 ok *$/);
    expect(user.rowWith('WIDGETS').replaceAll(/ +/g, ' ')).toBe(' WIDGETS SIZE WEAR SINCE ');
    await go(user, 'widgets');
    expect(user.rowWith('SIZE').replaceAll(/ +/g, ' ')).toContain('SIZE WEAR SINCE');
    expect(user.rowWith('▲ sad').replaceAll(/ +/g, ' ')).toContain('▲ sad north/2 · cog 5 B – ');
    await user.press('enter');
    expect(user.rowWith('mood').trim()).toBe('mood sad');
  });

  test('has each column that a field declares once, in wide mode', async () => {
    const user = await cockpit();
    await go(user, 'widgets');
    expect(user.rowWith(' SIZE ')).toMatch(/SIZE +WEAR +SINCE/);
    await user.press('ctrl-w');
    expect(user.rowWith(' SIZE ')).toMatch(/SIZE +WEAR +SINCE +SHELF/);
    expect(user.rowWith(' nut ')).toMatch(/12\.5 ?%.* north\/2/);
  });

  test('is listed by Problems when not ok, and enter opens its pane', async () => {
    const user = await cockpit();
    await go(user, 'now');
    expect(user.rows()[2]).toMatch(/▲ north\/2 · cog .*Widgets/);
    expect(user.rows()[3]).toMatch(/▲ north\/2 · cog +sad .*north\/2 · cog is sad/);
    expect(user.rows()[4]).toMatch(/size 5 B +Widgets/);
    // A row that is OK is not among the problems.
    expect(user.rows().filter((row) => row.includes('nut'))).toEqual([
      expect.stringMatching(/● Widgets +north\/2 · nut /),
    ]);
    await user.press('enter');
    expect(user.rows()[2]).toMatch(/Widgets/);
  });

  longTest('is exported from its pane with the underlying facts', async () => {
    const user = await cockpit();
    await go(user, 'widgets');
    await user.press('E j enter E j j enter');
    const [csv, json] = user.given.map(([, name, text]) => [String(name), String(text)] as const);
    expect(csv?.[0]).toMatch(/-widgets-.*\.csv$/);
    expect(csv?.[1].split('\r\n')[1]).toMatch(/^▲ sad,north\/2 · cog,5 B,–,/);
    expect(JSON.parse(json?.[1] ?? '').rows[0]).toEqual({
      label: 'north/2 · cog',
      level: 'warn',
      kind: 'widgets',
      facts: [expect.objectContaining({ name: 'cog', mood: 'sad', size: 5, worn: null, level: 'warn' })],
    });
  });
});

test('an unregistered kind is unknown everywhere', () => {
  const remove = registerKind({ ...widgets, name: 'gadgets' });
  expect(factKinds()).toContain('gadgets');
  expect(features.panes.all().map(({ id }) => id)).toContain('gadgets');
  remove();
  expect(factKinds()).not.toContain('gadgets');
  expect(features.panes.all().map(({ id }) => id)).not.toContain('gadgets');
  expect(parseExpression('any(gadgets | size > 3)')).toMatchObject({ ok: false });
});

test.each([
  ['widgets', 'registered already'],
  ['lag', 'registered already'],
  ['signals', 'reserved'],
  ['faults', 'reserved'],
  ['samples', 'reserved'],
])('a second kind cannot take the name %s', (name, why) => {
  const before = allKinds();
  expect(() => registerKind({ ...widgets, name })).toThrow(why);
  expect(allKinds()).toBe(before);
});
