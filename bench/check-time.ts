import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Figure, median, ms } from './support/figure.ts';
import { launcher, openPlace, profileOf, timeOf } from './support/place.ts';

const rounds = 20;
const most = 5;

const titles = {
  text: 'check of one http source',
  json: 'check --json of one http source',
  own: "check of one http source, in the user's directory beside the shipped profiles",
} as const;
type Kind = keyof typeof titles;

/** Duration of `check` with one http source compared with `node -e 0`, in alternating runs. */
export const checkTime = async (): Promise<readonly Figure[]> => {
  await using place = await openPlace();
  const dir = await profileOf(place, 1);
  const ownDir = join(place.env.XDG_CONFIG_HOME ?? '', 'opsdeck', 'profiles');
  await mkdir(ownDir, { recursive: true });
  await copyFile(join(dir, 'dev.yaml'), join(ownDir, 'dev.yaml'));
  const node = [process.execPath, '-e', '0'];
  const own = [process.execPath, launcher, 'check', '--env', 'bench/dev'];
  const text = [...own, '--profiles', ownDir];
  const commands: Readonly<Record<Kind, readonly string[]>> = { text, json: [...text, '--json'], own };
  const times: Record<Kind | 'node', number[]> = { node: [], text: [], json: [], own: [] };
  await timeOf(text, place, 'OK');
  for (let round = 0; round < rounds; round++) {
    times.node.push(await timeOf(node, place));
    times.text.push(await timeOf(commands.text, place, 'OK'));
    times.json.push(await timeOf(commands.json, place, '"level":"ok"'));
    times.own.push(await timeOf(commands.own, place, 'OK'));
  }
  const base = median(times.node);
  return (['text', 'json', 'own'] as const).map((kind) => {
    const ratio = median(times[kind]) / base;
    return {
      name: titles[kind],
      value: `${ratio.toFixed(1)} × node -e 0`,
      target: `≤ ${most} ×`,
      met: ratio <= most,
      from: `${ms(median(times[kind]))} against ${ms(base)}, medians of ${rounds}`,
    };
  });
};
