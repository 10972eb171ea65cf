import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Figure, median } from './support/figure.ts';

const program = fileURLToPath(new URL('./programs/log-heads.ts', import.meta.url));
const mostNs = 150;

interface Cost {
  readonly name: string;
  readonly ns: number;
}

/** Cost of parsing time, level and kind of a line, per format. */
export const logHeads = async (): Promise<readonly Figure[]> => {
  const { stdout } = await promisify(execFile)(process.execPath, [program]);
  const costs = JSON.parse(stdout) as readonly Cost[];
  const middle = median(costs.map(({ ns }) => ns));
  return [
    {
      name: 'time and level of a line, the middle format',
      value: `${middle.toFixed(0)} ns`,
      target: `≤ ${mostNs} ns`,
      met: middle <= mostNs,
      from: costs.map(({ name, ns }) => `${name} ${ns.toFixed(0)}`).join(', '),
    },
  ];
};
