import { z } from 'zod';
import { hidden, shownValue } from '../../secret-name.ts';
import { environmentIn, showEnvironment } from '../parse/environment.ts';
import { outOf } from '../parse/words.ts';
import { defineLook } from './look-operation.ts';
import { zHost } from './place.ts';
import { zOneUnit } from './systemctl.ts';

const environmentParams = z.strictObject({
  unit: zOneUnit,
  match: z
    .string()
    .min(1)
    .meta({ description: 'only names that contain one of these, separated by |' })
    .exactOptional(),
  host: zHost,
});

/** Of an address nothing is shown: it may hold more than a password. */
const shownOf = (name: string, value: string): string =>
  /URL|DSN/.test(name) ? hidden : shownValue(name, value);

/** `environment`: the variables that a unit is started with. Values of secret names, and addresses, are hidden. */
export const environment = defineLook(
  { name: 'environment', params: environmentParams },
  {
    commands: ({ unit }) => [showEnvironment(unit)],
    lines: ([answer], { unit, match }) => {
      const { variables, files } = environmentIn(outOf(answer));
      const words = match?.split('|') ?? [''];
      const shown = variables
        .filter(({ name }) => words.some((word) => name.includes(word)))
        .map(({ name, value }) => `${name}=${shownOf(name, value)}`);
      return [
        ...(shown.length === 0 ? [`${unit} is started without such variables`] : shown),
        ...files.map((file) => `and what stands in ${file}, which is not read`),
      ];
    },
  },
);
