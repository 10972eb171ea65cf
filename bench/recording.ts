import { join } from 'node:path';
import { frameMarks, startOnce, untilPainted } from './first-frame.ts';
import { keyLatencies } from './key-latency.ts';
import { type Figure, median, percentile } from './support/figure.ts';
import { bundled, launcher, openPlace, type Place } from './support/place.ts';

const framePairs = 15;
const keyPairs = 3;

/** '1.03 ×': the median of the ratios of pairs, which ran one after the other, so that the load of the machine cancels out. */
const ratioFigure = (
  name: string,
  pairs: readonly { readonly plain: number; readonly recorded: number }[],
  from: string,
): Figure => {
  const ratios = pairs.map(({ plain, recorded }) => recorded / plain);
  const least = Math.min(...ratios);
  const most = Math.max(...ratios);
  return {
    name: `${name}, recording : not recording`,
    value: `${median(ratios).toFixed(2)} ×`,
    from: `median of ${from}; ${least.toFixed(2)} to ${most.toFixed(2)}`,
  };
};

/** Measures a pair; every second one in the other order. */
const pairOf = async <T>(
  round: number,
  measure: (isRecording: boolean) => Promise<T>,
): Promise<{ readonly plain: T; readonly recorded: T }> => {
  const isFirst = round % 2 === 0;
  const first = await measure(!isFirst);
  const second = await measure(isFirst);
  return isFirst ? { plain: first, recorded: second } : { plain: second, recorded: first };
};

const frameFigures = async (place: Place): Promise<readonly Figure[]> => {
  const demo = ['--env', 'demo/production'];
  await startOnce([process.execPath, launcher, ...demo], place);
  const figures: Figure[] = [];
  for (const [name, painted] of Object.entries(frameMarks)) {
    const pairs = [];
    for (let round = 0; round < framePairs; round++) {
      const file = join(place.dir, `${name.replaceAll(' ', '-')}-${round}.rec`);
      const argv = (isRecording: boolean): readonly string[] => [
        ...[process.execPath, launcher, ...(isRecording ? ['record', file] : []), ...demo],
      ];
      pairs.push(await pairOf(round, (isRecording) => untilPainted(argv(isRecording), place, painted)));
    }
    figures.push(ratioFigure(name, pairs, `${framePairs} pairs`));
  }
  return figures;
};

const keyFigures = async (place: Place): Promise<readonly Figure[]> => {
  const program = await bundled(new URL('./programs/ui-load.ts', import.meta.url), place);
  const size = { columns: 120, rows: 40 };
  const figures: Figure[] = [];
  for (const how of ['idle', 'load'] as const) {
    const pairs = [];
    for (let round = 0; round < keyPairs; round++) {
      const file = join(place.dir, `keys-${how}-${round}.rec`);
      pairs.push(
        await pairOf(round, async (isRecording) =>
          (await keyLatencies(program, place, size, how, isRecording ? file : undefined)).map(
            ({ own }) => own,
          ),
        ),
      );
    }
    const what = how === 'idle' ? 'idle' : '10,000 workloads change, 10k lines/s';
    for (const part of [50, 99] as const)
      figures.push(
        ratioFigure(
          `key → changed bytes, p${part}, ${what}`,
          pairs.map(({ plain, recorded }) => ({
            plain: percentile(plain, part),
            recorded: percentile(recorded, part),
          })),
          `${keyPairs} pairs of 300 keys`,
        ),
      );
  }
  return figures;
};

/** First frame and latency of keys while the screen is recorded, as ratios to a cockpit that is not. */
export const recordingCost = async (): Promise<readonly Figure[]> => {
  await using place = await openPlace();
  return [...(await frameFigures(place)), ...(await keyFigures(place))];
};
