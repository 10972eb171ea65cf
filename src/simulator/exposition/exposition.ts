import type { Sight } from '../servers/sight.ts';
import { businessFamilies } from './business.ts';
import type { Family } from './family.ts';
import { goFamilies, isGo } from './go.ts';
import { javaDouble } from './java-double.ts';
import { jvmFamilies } from './jvm.ts';
import { breakerFamilies, poolFamilies } from './resilience.ts';
import { webFamilies } from './web.ts';

/** Everything that an instance exposes, by name, in the manner of what it was written with. */
export const familiesOf = (sight: Sight): readonly Family[] =>
  isGo(sight) ? goFamilies(sight) : springFamilies(sight);

/** As Micrometer's Prometheus registry of Spring Boot 3.5 sorts it. */
const springFamilies = (sight: Sight): readonly Family[] =>
  [
    ...businessFamilies(sight),
    ...jvmFamilies(sight),
    ...poolFamilies(sight),
    ...breakerFamilies(sight),
    ...webFamilies(sight),
  ].sort((a, b) => (a.name < b.name ? -1 : 1));

const escaped = (value: string): string =>
  value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');

const labelText = (labels: Readonly<Record<string, string>>): string => {
  const each = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return each.length === 0 ? '' : `{${each.join(',')}}`;
};

/** Counts of histograms are whole numbers; everything else is a Java double. */
const valueText = (value: number, suffix: string): string =>
  suffix === '_bucket' || suffix === '_count' ? String(value) : javaDouble(value);

/** Families in the text format 0.0.4. */
export const expositionText = (families: readonly Family[]): string =>
  families
    .map(({ name, help, type, samples }) =>
      [
        `# HELP ${name} ${help}`,
        `# TYPE ${name} ${type}`,
        ...samples.map(
          ({ suffix, labels, value }) => `${name}${suffix}${labelText(labels)} ${valueText(value, suffix)}`,
        ),
      ].join('\n'),
    )
    .map((text) => `${text}\n`)
    .join('');
