import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { hostileValue } from './hostile-values.ts';

/** All shipped files by path. */
export const shipped = new Map(
  readdirSync('profiles', { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.yaml') || path.endsWith('.csv'))
    .map((path) => [join('profiles', path), readFileSync(join('profiles', path), 'utf8')]),
);
const systems = ['demo', 'event-bus', 'event-processing', 'eventmesh', 'saga', 'trading'];

/** A change of one line in a shipped profile. */
const change = fc.record({
  place: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
  how: fc.constantFrom('drop', 'twice', 'indent', 'value', 'key', 'cut', 'join', 'deep'),
  text: hostileValue,
});
/** A file of a system with some changed lines. */
export const mutation = fc.record({
  system: fc.constantFrom(...systems),
  file: fc.nat(),
  changes: fc.array(change, { minLength: 1, maxLength: 3 }),
});

/** The YAML files of a system. */
const filesOf = (system: string) =>
  [...shipped].filter(([path]) => path.startsWith(`profiles/${system}/`) && path.endsWith('.yaml'));

type Mutation = typeof mutation extends fc.Arbitrary<infer T> ? T : never;

/** A change that YAML cannot parse, whatever the random ones are: brackets nested too deeply. */
export const unparsable = ((): Mutation => {
  const files = filesOf('demo');
  const file = files.findIndex(([path]) => path === 'profiles/demo/base.yaml');
  const lines = files[file]?.[1].split('\n') ?? [];
  const place = (lines.indexOf('opsdeck: 1') + 0.5) / lines.length;
  return { system: 'demo', file, changes: [{ place, how: 'deep', text: '' }] };
})();

const changedLine = (line: string, how: string, text: string): readonly string[] => {
  if (how === 'drop') return [];
  if (how === 'twice') return [line, line];
  if (how === 'indent') return [` ${line}`];
  if (how === 'value') return [line.replace(/: .*/, () => `: ${text}`)];
  if (how === 'key') return [line.replace(/[\w-]+:/, () => `${JSON.stringify(text)}:`)];
  if (how === 'cut') return [line.slice(0, line.length / 2)];
  if (how === 'deep') return [line.replace(/: .*/, `: ${'['.repeat(4000)}`)];
  return [`${line} `];
};

/** The file and its changed text. */
export const mutated = ({ system, file, changes }: Mutation) => {
  const own = filesOf(system);
  const [path = '', text = ''] = own[file % own.length] ?? [];
  const lines = text.split('\n');
  for (const { place, how, text: put } of changes) {
    const index = Math.floor(place * lines.length);
    if (how === 'join') lines.splice(index, 2, `${lines[index]} ${lines[index + 1] ?? ''}`);
    else lines.splice(index, 1, ...changedLine(lines[index] ?? '', how, put));
  }
  return { path, text: lines.join('\n') };
};
