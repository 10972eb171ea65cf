import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { declaredProgram } from '../../src/cli/program.ts';
import { incidentRunbookIds } from '../../src/domain/incidents/incident-response.ts';
import type { Profile } from '../../src/domain/profile/profile.ts';
import { systemSpec } from '../../src/simulator/systems.ts';
import { shippedProfile } from '../profile/support/shipped-profile.ts';
import { markdownPages } from '../support/markdown-pages.ts';

/** Pages for users. The lines of shell blocks have tests of their own: `docs-commands.long.test.ts`, `readme.test.ts`. */
const pages = (await markdownPages()).filter((path) =>
  /^(?:README|SECURITY|docs\/(?:how-to\/|reference\/)?[\w-]+|profiles\/[\w-]+\/README|examples\/.*|src\/(?:sources|kinds)\/[\w-]+\/README)\.md$|^(?:README|SECURITY)\.md$/.test(
    path,
  ),
);

/** Inline code that begins with the program and is no command, and what it is. */
const noCommands: Readonly<Record<string, string>> = {
  'opsdeck console': 'the application name of sessions',
};

/** A command within a sentence. */
interface Stated {
  readonly page: string;
  readonly text: string;
  readonly words: readonly string[];
}

const wordsOf = (text: string): readonly string[] =>
  [...text.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(
    ([, single, double, word]) => single ?? double ?? word ?? '',
  );

/** The commands in the sentences of a page: inline code outside of shell blocks that begins with the program. */
const statedIn = (page: string, text: string): readonly Stated[] =>
  [...text.replaceAll(/^```.*?^```/gms, '').matchAll(/`(opsdeck(?: [^`\n]+)?)`/g)].flatMap(([, code = '']) =>
    code in noCommands ? [] : [{ page, text: code, words: wordsOf(code).slice(1) }],
  );

const stated = (
  await Promise.all(pages.map(async (page) => statedIn(page, await readFile(page, 'utf8'))))
).flat();

const program = declaredProgram();

/** A name that stands for one of the reader: `ENV`, `RUN`, `…`, `$VAR`, `shop/dev`. */
const isPlaceholder = (word: string): boolean =>
  /^[A-Z][A-Z0-9_.-]*(?:\.\w+)?$|…|\$|^(?:shop|payments|my|team)(?:\/|$)|\*/.test(word);

/** The command that the words name, with the words after its names. */
const commandOf = (
  words: readonly string[],
  at: Command = program,
): readonly [Command, readonly string[]] => {
  const index = words.findIndex(
    (word, place) => !word.startsWith('-') && words[place - 1]?.startsWith('--') !== true,
  );
  const found =
    index < 0
      ? undefined
      : at.commands.find(
          (command) => command.name() === words[index] || command.aliases().includes(words[index] ?? ''),
        );
  return found === undefined
    ? [at, words]
    : commandOf([...words.slice(0, index), ...words.slice(index + 1)], found);
};

interface Parsed {
  readonly command: Command;
  readonly operands: readonly string[];
  readonly options: ReadonlyMap<string, readonly string[]>;
  readonly problems: readonly string[];
}

/** Reads the options of a command. What a sentence leaves out is no problem: it names a command, and is not typed. */
const parsed = ({ words }: Stated): Parsed => {
  const [command, rest] = commandOf(words);
  const declared = [...command.options, ...program.options];
  const options = new Map<string, readonly string[]>();
  const operands: string[] = [];
  const problems: string[] = [];
  for (let index = 0; index < rest.length; index += 1) {
    const [name = '', inline] = (rest[index] ?? '').split(/=(.*)/s);
    if (!name.startsWith('-') || name === '-') {
      operands.push(rest[index] ?? '');
      continue;
    }
    const option = declared.find(({ long, short }) => long === name || short === name);
    if (option === undefined && !['--help', '-h', '--version'].includes(name))
      problems.push(`${command.name()} has no option ${name}`);
    const next = rest[index + 1];
    const takesNext =
      inline === undefined &&
      option !== undefined &&
      (option.required || option.optional) &&
      next?.startsWith('-') === false;
    const value = inline ?? (takesNext ? next : undefined);
    if (takesNext) index += 1;
    options.set(name, [...(options.get(name) ?? []), ...(value === undefined ? [] : [value])]);
  }
  if (command === program && operands.length > 0 && !operands.every(isPlaceholder))
    problems.push(`no command ${operands.join(' ')}`);
  return { command, operands, options, problems };
};

const shippedNames = readdirSync('profiles').flatMap((system) =>
  system.includes('.')
    ? []
    : readdirSync(`profiles/${system}`).flatMap((file) =>
        /^(?:local|dev|staging|production)\.yaml$/.test(file)
          ? [`${system}/${file.replace('.yaml', '')}`]
          : [],
      ),
);

const shipped = new Map<string, Profile>();
for (const name of shippedNames) shipped.set(name, await shippedProfile(name));

/** The shipped environments that `--env` names: of demo without a system, all without an environment. */
const environmentsOf = (env: string | undefined): readonly string[] => {
  if (env === undefined || isPlaceholder(env) || env === 'here') return shippedNames;
  return shippedNames.filter((name) => name === env || name === `demo/${env}`);
};

/** Runbooks that opsdeck adds where a profile names an incident tool. */
const reportIds = new Set<string>(Object.values(incidentRunbookIds));

const firstOf = ({ options }: Parsed, name: string): string | undefined => options.get(name)?.[0];

/** The names of a command that no shipped environment has. */
const unknownNames = (command: Parsed): readonly string[] => {
  const envs = environmentsOf(firstOf(command, '--env'));
  const profiles = envs.flatMap((name) => shipped.get(name) ?? []);
  const problems = envs.length === 0 ? [`no environment ${firstOf(command, '--env')}`] : [];
  const view = firstOf(command, '--view');
  if (
    view !== undefined &&
    !isPlaceholder(view) &&
    !profiles.some(({ logViews }) => logViews.some(({ name }) => name === view))
  )
    problems.push(`no view ${view}`);
  const incident = firstOf(command, '--rehearse');
  const isSimulated = (name: string): boolean =>
    systemSpec(name.split('/')[0] ?? '').incidents.some((spec) => spec.name === incident);
  if (incident !== undefined && !isPlaceholder(incident) && !envs.some(isSimulated))
    problems.push(`no incident ${incident}`);
  const [id] = command.command.name() === 'run' ? command.operands : [];
  if (id === undefined || isPlaceholder(id) || reportIds.has(id)) return problems;
  const runbook = profiles.flatMap(({ runbooks }) => runbooks).find((one) => one.id === id);
  if (runbook === undefined) return [...problems, `no runbook ${id}`];
  const params = (command.options.get('--param') ?? []).map((param) => param.split('=')[0] ?? '');
  return [
    ...problems,
    ...params
      .filter((param) => !isPlaceholder(param) && !runbook.params.some(({ name }) => name === param))
      .map((param) => `${id} has no parameter ${param}`),
  ];
};

test('a command in a sentence names a command, options, environments, runbooks and views that exist', () => {
  expect(stated.length).toBeGreaterThan(100);
  expect(
    stated.flatMap((one) => {
      const command = parsed(one);
      return [...command.problems, ...unknownNames(command)].map(
        (what) => `${one.page}: ${one.text}: ${what}`,
      );
    }),
  ).toEqual([]);
});
