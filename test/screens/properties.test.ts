import fc from 'fast-check';
import { expect, test } from 'vitest';
import { features } from '../../src/ui/app/features.ts';
import { widthOf } from '../../src/ui/kit/text/width.ts';
import { bindingGroups } from '../../src/ui/shell/keys/resolve-bindings.ts';
import { endlessTexts, hostileText } from '../attack/support/texts.ts';
import { everyNth, rounds, sampled } from '../support/layer.ts';
import { customers } from './support/customers.ts';
import { type Bare, openBare, stages } from './support/headless.ts';
import { hostileScene, storeHostileFacts } from './support/hostile.ts';
import { platforms } from './support/platforms.ts';
import { shop } from './support/shop.ts';
import type { Scene } from './support/user.ts';

/** C0, DEL, C1, bidi controls, and private-use characters. */
const unfit =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\p{Co}\p{Cs}]/u;

const keys = [
  ...new Set(bindingGroups(features).flatMap(({ bindings }) => bindings.flatMap((binding) => binding.keys))),
];
const known = [
  ...keys,
  'esc',
  'enter',
  'tab',
  'shift-tab',
  'up',
  'down',
  'left',
  'right',
  'space',
  'backspace',
  'delete',
  'home',
  'end',
];

type Step =
  | { readonly is: 'keys'; readonly keys: readonly string[] }
  | { readonly is: 'typed'; readonly text: string }
  | { readonly is: 'pasted'; readonly text: string }
  | { readonly is: 'command'; readonly text: string }
  | { readonly is: 'click' | 'wheel-up' | 'wheel-down'; readonly x: number; readonly y: number }
  | { readonly is: 'size'; readonly columns: number; readonly rows: number }
  | { readonly is: 'run'; readonly stage: keyof typeof stages }
  | { readonly is: 'facts'; readonly texts: readonly string[] }
  | { readonly is: 'time'; readonly ms: number };

const commandWords = [
  'pods',
  'pools xq',
  'mouse off',
  'mouse on',
  'split lag db',
  'layout save a',
  'layout a',
  'theme light',
  'share',
  'filter x',
  'help',
  'nothing',
];

const size = fc.record({
  is: fc.constant('size' as const),
  columns: fc.integer({ min: 20, max: 220 }),
  rows: fc.integer({ min: 5, max: 70 }),
});
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 14,
    arbitrary: fc.record({
      is: fc.constant('keys' as const),
      keys: fc.constantFrom(...known).map((key) => [key]),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      is: fc.constant('keys' as const),
      keys: fc.array(fc.constantFrom(...known), { minLength: 2, maxLength: 6 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      is: fc.constantFrom('typed', 'pasted'),
      text: fc.oneof(hostileText, fc.string({ maxLength: 4 })),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ is: fc.constant('command' as const), text: fc.constantFrom(...commandWords) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      is: fc.constantFrom('click' as const, 'wheel-up' as const, 'wheel-down' as const),
      x: fc.nat({ max: 219 }),
      y: fc.nat({ max: 69 }),
    }),
  },
  { weight: 2, arbitrary: size },
  {
    weight: 2,
    arbitrary: fc.record({
      is: fc.constant('run' as const),
      stage: fc.constantFrom(...(Object.keys(stages) as (keyof typeof stages)[])),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      is: fc.constant('facts' as const),
      texts: fc.array(hostileText, { minLength: 1, maxLength: 7 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ is: fc.constant('time' as const), ms: fc.constantFrom(1000, 60_000, 86_400_000) }),
  },
);

const command = (bare: Bare, text: string): void => {
  bare.strokes(':');
  for (const letter of text) bare.strokes(letter === ' ' ? 'space' : letter);
  bare.strokes('enter');
};

/** Bounds the text: longer input adds no coverage. */
const typedAtMost = 50;

/** Applies each step. */
const doStep = (bare: Bare, scene: Scene, givenStep: Step): void => {
  const { size: screen } = bare;
  if (givenStep.is === 'keys') bare.strokes(...givenStep.keys);
  else if (givenStep.is === 'typed')
    for (const letter of [...givenStep.text].slice(0, typedAtMost)) bare.strokes(letter);
  else if (givenStep.is === 'pasted') bare.paste(givenStep.text);
  else if (givenStep.is === 'command') command(bare, givenStep.text);
  else if (givenStep.is === 'size')
    Object.assign(screen, { columns: givenStep.columns, rows: givenStep.rows });
  else if (givenStep.is === 'run') bare.comesTo(stages[givenStep.stage]);
  else if (givenStep.is === 'time') bare.now += givenStep.ms;
  else if (givenStep.is === 'facts') {
    bare.now += 1000;
    if (scene.facts !== undefined) storeHostileFacts(scene.facts, givenStep.texts, bare.now);
  } else bare.mouse({ is: givenStep.is, x: givenStep.x % screen.columns, y: givenStep.y % screen.rows });
};

const drawsWell = (bare: Bare): void => {
  const { columns, rows } = bare.size;
  const frame = bare.frame();
  expect(frame.length).toBe(rows);
  for (const row of frame) {
    const text = row.map((piece) => piece.text).join('');
    const cells = row.reduce((sum, piece) => sum + widthOf(piece.text), 0);
    if (cells !== columns) expect(`${cells} cells: ${JSON.stringify(text)}`).toBe(`${columns} cells`);
    if (unfit.test(text)) expect(JSON.stringify(text)).not.toMatch(unfit);
  }
};

const hasFocus = (bare: Bare): void => {
  const { view } = bare.context();
  if (view.cockpit.open !== undefined) expect(bare.focused()).toEqual([view.ui.focus]);
};

/** In any state, esc returns to the overview, `?` shows help, ctrl-c quits. */
const canBeLeft = (bare: Bare): void => {
  for (let times = 0; times < 24; times++) bare.strokes('esc');
  const home = bare.context().view;
  expect({ overlay: home.ui.overlay.is, place: home.ui.place, filtering: home.ui.isFiltering }).toEqual({
    overlay: 'none',
    place: 'overview',
    filtering: false,
  });
  bare.strokes('?');
  expect(bare.context().view.ui.overlay.is).toBe('help');
  const before = bare.quits();
  for (let times = 0; times < 3; times++) bare.strokes('ctrl-c');
  expect(bare.quits()).toBeGreaterThan(before);
};

const behaves = (bare: Bare, scene: Scene, steps: readonly Step[]): void => {
  drawsWell(bare);
  for (const currentStep of steps) {
    doStep(bare, scene, currentStep);
    drawsWell(bare);
    hasFocus(bare);
  }
  canBeLeft(bare);
  expect(bare.yeses.filter(({ asked, whole, armed }) => !asked || !whole || !armed)).toEqual([]);
};

/** A fixed number of runs: a time limit would end them early on a busy machine. */
const runs = (numRuns: number) => ({
  numRuns: rounds(numRuns * Number(process.env.PROPERTY_RUNS ?? 1), 0.05),
});

const scenes: readonly (readonly [string, () => Scene])[] = [
  ['shop', shop],
  ['platforms', platforms],
  ...customers,
];

/** The pane for spare rows has none in the overview, then more than enough, then none again. */
const paneWithoutRoom: Step[] = [
  { is: 'keys', keys: ['P'] },
  { is: 'keys', keys: ['0'] },
  { is: 'size', columns: 200, rows: 70 },
  { is: 'keys', keys: ['P'] },
  { is: 'size', columns: 80, rows: 24 },
  { is: 'keys', keys: ['tab'] },
];

const displayOptions = fc.record({ ascii: fc.boolean(), shared: fc.boolean() });

test.each(
  sampled(
    [
      ['in letters of every kind', { ascii: false, shared: false }],
      ['in ASCII', { ascii: true, shared: false }],
      ['while it is shared', { ascii: false, shared: true }],
      ['in ASCII while it is shared', { ascii: true, shared: true }],
    ],
    everyNth(2),
  ),
)(
  'hostile facts and any keys, %s: complete frames, no control characters, a focus, esc works',
  (_, options) => {
    fc.assert(
      fc.property(
        fc.array(hostileText, { minLength: 1, maxLength: 9 }),
        fc.array(step, { maxLength: 25 }),
        (texts, steps) => {
          const scene = hostileScene(texts);
          behaves(openBare(scene, options), scene, steps);
        },
      ),
      runs(15),
    );
  },
);

test.each(sampled([1, 2, 3, 4, 5, 6], (part) => part === 2))(
  'texts of ten thousand characters give complete frames (part %i of 6)',
  (sixth) => {
    const texts = endlessTexts.filter((_, index) => index % 6 === sixth - 1);
    for (let from = 0; from < texts.length; from += 5)
      drawsWell(openBare(hostileScene(texts.slice(from, from + 5))));
  },
);

test.each(sampled(scenes, everyNth(2)))('any key sequence in %s', (_, make) => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), displayOptions, (steps, options) => {
      const scene = make();
      behaves(openBare(scene, options), scene, steps);
    }),
    { ...runs(12), examples: [[paneWithoutRoom, { ascii: false, shared: false }]] },
  );
});

test('a run is confirmed only on a visible card, armed if required, with the full name typed', () => {
  const card = fc.record({
    is: fc.constant('run' as const),
    stage: fc.constantFrom('proposed', 'typed', 'easy', 'window', 'none'),
  });
  const near = ['enter', 'p', 's', 'p', 'A', '?', 'tab', 'esc', 'space', 'R', 'y', 'backspace', 'ctrl-c'];
  const key = fc.record({
    is: fc.constant('keys' as const),
    keys: fc.constantFrom(...near).map((text) => [text]),
  });
  const whole = fc.constantFrom<Step>(
    { is: 'typed', text: 'psp' },
    { is: 'pasted', text: 'psp' },
    { is: 'keys', keys: ['p', 's', 'p', 'enter'] },
  );
  // These confirmations must happen, or the property would be vacuous.
  const enter: Step = { is: 'keys', keys: ['enter'] };
  const yeses: [Step[]][] = [
    [[{ is: 'run', stage: 'easy' }, enter]],
    [[{ is: 'run', stage: 'typed' }, { is: 'typed', text: 'psp' }, enter]],
  ];
  let given = 0;
  fc.assert(
    fc.property(
      fc.array(fc.oneof(card, { weight: 3, arbitrary: key }, whole, step), { maxLength: 25 }),
      (steps) => {
        const scene = shop();
        const bare = openBare(scene);
        behaves(bare, scene, steps);
        given += bare.yeses.length;
      },
    ),
    { ...runs(40), examples: yeses },
  );
  expect(given).toBeGreaterThanOrEqual(yeses.length);
});
