import { expect, test } from 'vitest';
import { eventBusExpected } from '../../coverage/expected/event-bus.ts';
import { eventProcessingExpected } from '../../coverage/expected/event-processing.ts';
import { eventmeshExpected } from '../../coverage/expected/eventmesh.ts';
import { sagaExpected } from '../../coverage/expected/saga.ts';
import { tradingExpected } from '../../coverage/expected/trading.ts';

/** Outputs that show nothing: no line, and a refusal. */
const proofless = [
  '',
  'not supported by the simulator',
  'ERROR 0A000: not supported by the simulator',
  'denied: HTTP 403: forbidden',
];

const patterns = [
  eventBusExpected,
  eventProcessingExpected,
  eventmeshExpected,
  sagaExpected,
  tradingExpected,
].flatMap((expected) =>
  Object.entries(expected).flatMap(([exercise, { diagnose = {}, acts = {} }]) =>
    [...Object.entries(diagnose), ...Object.entries(acts)].map(([step, words]) => ({
      place: `${exercise}: ${step}`,
      words: words === 'nothing' ? [] : [words].flat(),
    })),
  ),
);

test('no expectation of a step is met by an empty output or by a refusal', () => {
  const met = patterns.filter(
    ({ words }) => words.length > 0 && proofless.some((output) => words.every((word) => word.test(output))),
  );
  expect(met.map(({ place }) => place)).toEqual([]);
  expect(patterns.length).toBeGreaterThan(200);
});
