import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CockpitState, RunView } from '../../src/store/cockpit.ts';
import type { UiState } from '../../src/ui/shell/contract/model.ts';
import { longTest, rounds } from '../support/layer.ts';
import { openBare, stages } from './support/headless.ts';
import { proposed, runView } from './support/runs.ts';
import { armed, shop } from './support/shop.ts';

/** Events below a field while it is being typed into. */
const happenings: Readonly<Record<string, CockpitState['run']>> = {
  'the plan is refused': proposed({ refusal: { ending: 'forbidden', why: 'frozen' } }),
  'the plan fails': proposed({ refusal: { ending: 'failed', why: 'read timeout' } }),
  'it is planned again': stages.diagnosing,
  'arming ends': proposed({}, { typed: true, arm: true }),
  'another preview comes': stages.easy,
  'the run ends': stages.ended,
  'the run asks': stages.ticking,
  'the card closes': undefined,
};

const name = 'event-bus-service-production-6d987dff79';
const long: RunView = proposed({ names: [name] }, { typed: true, arm: false });
const field: RunView = runView('params', { parameterPrompt: { name: 'reason', title: 'Reason' } });

/** The keys that open each field. */
const fields: Readonly<Record<string, { readonly run?: RunView; readonly keys: readonly string[] }>> = {
  'the name of the target': { run: long, keys: [] },
  'a parameter': { run: field, keys: [] },
  'the arming reason': { keys: ['A'] },
  'the filter': { keys: ['/'] },
  'the palette': { keys: ['ctrl-p'] },
  'the command line': { keys: [':'] },
  'the note of a run': { run: stages.ended, keys: ['!'] },
};

/** Everything on the screen that a letter could change as a key, apart from the text of a field. */
const outside = ({ shared, place, theme, past, isFiltering, split, tour }: UiState) => ({
  shared,
  place,
  theme,
  past,
  isFiltering: isFiltering === undefined ? false : isFiltering,
  split,
  tour,
});

const letters = fc.array(fc.constantFrom(...'abcdefghijklmnopqrstuvwxyzACORUYLSWJPDXV0123456789!?<>-_,.'), {
  minLength: 1,
  maxLength: 30,
});
/** Text before the field disappears; none: it disappears before its first letter. */
const before = fc.oneof(letters, fc.constant<string[]>([]));
/** Keys that are no text: they keep their meaning, but must not open the way for the letters after them. */
const between = fc.constantFrom<readonly string[]>([], ['tab'], ['left'], ['up'], ['down'], ['backspace']);

test('typed text never acts as a key, whatever happens under its field', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...Object.keys(fields)),
      fc.constantFrom(...Object.keys(happenings)),
      before,
      between,
      letters,
      (into, what, typed, chord, after) => {
        const scene = shop();
        const arming = into === 'the arming reason' ? { readOnly: true } : armed;
        const bare = openBare({ ...scene, cockpit: { ...scene.cockpit, arming } });
        const { run, keys } = fields[into] ?? { keys: [] };
        if (run !== undefined) bare.comesTo(run);
        bare.frame();
        bare.strokes(...keys);
        bare.frame();
        for (const letter of typed) bare.strokes(letter);
        bare.strokes(...chord);
        const was = outside(bare.context().view.ui);
        bare.comesTo(happenings[what]);
        bare.frame();
        for (const letter of after) {
          bare.now += 200;
          bare.strokes(letter);
        }
        expect(outside(bare.context().view.ui)).toEqual(was);
        expect(bare.context().view.cockpit.run).toEqual(happenings[what]);
        expect(bare.context().view.cockpit.arming).toEqual(arming);
        expect(bare.yeses).toEqual([]);
        expect(bare.quits()).toBe(0);
      },
    ),
    { numRuns: rounds(100, 0.1) },
  );
});

longTest('the text ends with enter, which does nothing else; then letters are keys again', () => {
  const scene = shop();
  const bare = openBare({ ...scene, cockpit: { ...scene.cockpit, arming: armed } });
  bare.comesTo(long);
  bare.frame();
  for (const letter of name.slice(0, 20)) bare.strokes(letter);
  bare.strokes('tab');
  bare.comesTo(undefined);
  for (const letter of 'service') bare.strokes(letter);
  expect(bare.context().view.ui.shared).toBe(false);
  bare.strokes('enter');
  bare.strokes('s');
  expect(bare.context().view.ui.shared).toBe(true);
});

/** A field that is open, and disappears by itself `late` ms before the next key; no letter was typed into it. */
const lostField = (late: number) => {
  const scene = shop();
  const bare = openBare({ ...scene, cockpit: { ...scene.cockpit, arming: armed } });
  bare.comesTo(long);
  bare.frame();
  bare.comesTo(proposed({}, { typed: true, arm: true }));
  bare.comesTo(undefined);
  bare.frame();
  bare.now += late;
  return bare;
};

test('letters right after a field has disappeared before its first letter are no keys', () => {
  const bare = lostField(1500);
  for (const letter of 'sq') bare.strokes(letter);
  expect(bare.context().view.ui.shared).toBe(false);
  expect(bare.quits()).toBe(0);
});

longTest('later letters are keys again, and so are those after a field that the user closed', () => {
  const later = lostField(2500);
  later.strokes('s');
  expect(later.context().view.ui.shared).toBe(true);
  const bare = openBare(shop());
  bare.frame();
  for (const key of ['/', 'esc', 's']) {
    bare.strokes(key);
    bare.frame();
  }
  expect(bare.context().view.ui.shared).toBe(true);
});

test('a field that closes some time after its enter has not disappeared by itself', () => {
  const scene = shop();
  const bare = openBare({ ...scene, cockpit: { ...scene.cockpit, arming: armed } });
  bare.comesTo(long);
  bare.frame();
  // The card stays for a moment, until the engine has taken the answer.
  bare.strokes('enter');
  bare.frame();
  bare.comesTo(undefined);
  bare.frame();
  bare.strokes('s');
  expect(bare.context().view.ui.shared).toBe(true);
});
