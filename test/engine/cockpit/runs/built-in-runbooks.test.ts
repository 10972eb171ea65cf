import { expect, test } from 'vitest';
import type { Runbook } from '../../../../src/domain/runbooks/runbook.ts';
import { builtInRunbooks } from '../../../../src/engine/cockpit/runs/built-in-runbooks.ts';
import { bindParams, withTurnValue } from '../../../../src/runs/runbooks/binding/bind.ts';
import { checkRunbook } from '../../../../src/runs/runbooks/check.ts';
import { verificationDiagnostics } from '../../../../src/runs/runbooks/verification-rules.ts';
import type { Operation, SourceModule } from '../../../../src/sources/kit/contract/source.ts';
import { sourceModules } from '../../../support/source-modules.ts';

const moduleOf = (type: string): SourceModule => {
  const module = sourceModules.find((sourceModule) => sourceModule.type === type);
  if (module === undefined) throw new Error(`no source type ${type}`);
  return module;
};

/** A source of this type with its declared operations, which do nothing. */
const source = (id: string, type: string) => {
  const operations = Object.entries(moduleOf(type).operations).map(
    ([name, { actions }]): Operation => ({
      name,
      danger: () => 'safe',
      plan: async () => ({ use: '', danger: 'safe', targets: [], calls: [], objects: [], params: {} }),
      recheck: async () => undefined,
      act: async function* () {},
      ...(actions === undefined ? {} : { actions }),
    }),
  );
  return [id, { id, operations }] as const;
};
const made = (runbooks: readonly { id: string }[], ...sources: readonly ReturnType<typeof source>[]) =>
  builtInRunbooks({ runbooks, file: 'p.yaml' }, new Map(sources));

const every = sourceModules.flatMap(({ type }) =>
  made([], source('own', type)).map((runbook) => [type, runbook.id, runbook] as const),
);

test('a source without generic actions provides no runbook', () => {
  expect(made([], source('api', 'http'), source('logs', 'loki'))).toEqual([]);
});

test('generic actions have unique ids', () => {
  const ids = every.map(([, id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids).toContain('restart-deployment');
});

/** A value of the type of each parameter. */
const sampleOf = ({
  name,
  type,
  from,
  of: choices,
  default: usual,
  pattern,
  read,
}: Runbook['params'][number]) => {
  if (usual !== undefined) return usual;
  if (type === 'int') return 3;
  if (type === 'boolean') return true;
  // Revisions and ports.
  if (read !== undefined) return '7';
  if (type === 'duration' || name === 'time') return '30m';
  if (choices !== undefined) return choices[0] ?? '';
  const word =
    from?.endsWith('.pid') === true || from === 'ci.run' || pattern?.includes('0-9') === true
      ? '7'
      : name.toLowerCase();
  return type === 'choices' ? [word] : word;
};

test.each(every)(
  '%s %s: its expressions parse, its parameters exist, its check proves something',
  (type, _, runbook) => {
    const { feedNames, operations } = moduleOf(type);
    const known = {
      sources: { own: { feeds: feedNames, operations: Object.keys(operations) } },
      signals: [],
    };
    expect(checkRunbook(runbook, known)).toEqual([]);
    expect(verificationDiagnostics(runbook, { signals: [], sourcesOfKind: () => ['own'] })).toEqual([]);
    expect(JSON.stringify(runbook)).not.toContain('$source');
  },
);

test.each(every)('%s %s: its operations accept its parameters', (type, _, runbook) => {
  const { operations } = moduleOf(type);
  const values = Object.fromEntries(runbook.params.map((param) => [param.name, sampleOf(param)]));
  const each = runbook.act[0]?.each;
  const turn = each === undefined ? undefined : { value: [values[each]].flat().join() };
  const checks = runbook.verify === 'none' ? [] : runbook.verify;
  for (const { use = '', with: given = {} } of [
    ...runbook.act,
    ...checks.filter((check) => check.use !== undefined),
  ]) {
    const schema = operations[use.replace('own.', '')]?.params;
    expect(schema?.safeParse(bindParams(given, withTurnValue(values, turn)))).toMatchObject({
      success: true,
    });
  }
});

test('an alert is silenced in Alertmanager whatever source reports it', () => {
  const [runbook] = made([], source('am', 'alertmanager'));
  expect(runbook).toMatchObject({
    id: 'silence-alert',
    act: [{ use: 'am.silence' }],
    generic: { isListed: true },
  });
  expect(runbook?.generic?.where).toBe('state != silenced');
  expect(runbook?.params.map(({ name, where }) => [name, where])).toEqual([
    ['alert', 'state != silenced'],
    ['for', undefined],
    ['reason', undefined],
  ]);
});

test('several sources get one runbook each, limited to their own rows; a runbook from the profile wins', () => {
  const several = made([], source('eu', 'kubernetes'), source('us', 'kubernetes'));
  expect(
    several
      .filter(({ id }) => id.startsWith('restart-deployment'))
      .map(({ id, title, generic, params }) => [id, title, generic?.where, params[0]?.where]),
  ).toEqual([
    [
      'restart-deployment-eu',
      'Restart deployment (eu)',
      'source = "eu" and kind = deployment',
      'source = "eu" and kind = deployment',
    ],
    [
      'restart-deployment-us',
      'Restart deployment (us)',
      'source = "us" and kind = deployment',
      'source = "us" and kind = deployment',
    ],
  ]);
  expect(made([{ id: 'silence-alert' }], source('am', 'alertmanager'))).toEqual([]);
});
