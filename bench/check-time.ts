import { type Figure, median, ms } from './support/figure.ts';
import { launcher, openPlace, profileOf, timeOf } from './support/place.ts';

const rounds = 20;
const most = 5;

/** Duration of `check` with one http source compared with `node -e 0`, in alternating runs. */
export const checkTime = async (): Promise<readonly Figure[]> => {
  await using place = await openPlace();
  const dir = await profileOf(place, 1);
  const node = [process.execPath, '-e', '0'];
  const text = [process.execPath, launcher, 'check', '--env', 'bench/dev', '--profiles', dir];
  const json = [...text, '--json'];
  const times = { node: [] as number[], text: [] as number[], json: [] as number[] };
  await timeOf(text, place, 'OK');
  for (let round = 0; round < rounds; round++) {
    times.node.push(await timeOf(node, place));
    times.text.push(await timeOf(text, place, 'OK'));
    times.json.push(await timeOf(json, place, '"level":"ok"'));
  }
  const base = median(times.node);
  return (['text', 'json'] as const).map((kind) => {
    const ratio = median(times[kind]) / base;
    return {
      name: `check${kind === 'json' ? ' --json' : ''} of one http source`,
      value: `${ratio.toFixed(1)} × node -e 0`,
      target: `≤ ${most} ×`,
      met: ratio <= most,
      from: `${ms(median(times[kind]))} against ${ms(base)}, medians of ${rounds}`,
    };
  });
};
