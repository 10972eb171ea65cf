import { expect, test } from 'vitest';
import type { Runbook, VerifyStep } from '../../../src/domain/runbooks/runbook.ts';
import { checkRunbook, type KnownNames } from '../../../src/runs/runbooks/check.ts';

const known: KnownNames = {
  sources: { bus: { feeds: ['health', 'breakers'], operations: ['breaker'] } },
  signals: ['api.latency'],
};
const sound: Runbook = {
  id: 'close-breaker',
  title: 'Close a circuit breaker',
  covers: [],
  when: 'any(breakers | state = open) for 30s',
  params: [{ name: 'name', type: 'choice', from: 'breakers.name', where: 'state != closed' }],
  diagnose: [{ id: 'd1', title: 'What it says', use: 'bus.health' }],
  act: [
    { id: 'a1', title: 'Close it', use: 'bus.breaker', with: { name: '${param.name}', to: 'close' } },
    { id: 'a2', title: 'Tell the owner', manual: true },
  ],
  verify: [
    {
      id: 'v1',
      title: 'It stays closed',
      that: 'all(breakers[name = "${param.name}"] | state = closed)',
      withinMs: 60_000,
      forMs: 5000,
    },
  ],
  position: { file: 'test.yaml', line: 1, col: 1 },
};

test('a valid runbook has no errors', () => {
  expect(checkRunbook(sound, known)).toEqual([]);
  expect(checkRunbook({ ...sound, verify: 'none' }, known)).toEqual([]);
});

test('accepts a loop, a condition and a reading operation as a check', () => {
  const looped: Runbook = {
    ...sound,
    params: [...sound.params, { name: 'names', type: 'choices', from: 'breakers.name' }],
    act: [
      {
        id: 'a1',
        title: 'Close ${each}',
        use: 'bus.breaker',
        with: { name: '${each}' },
        each: 'names',
        pauseMs: 1000,
        needs: 'all(breakers[name = "${each}"] | state = open) and api.latency < 5',
      },
    ],
    verify: [
      {
        id: 'v1',
        title: 'x',
        that: 'all(breakers[name in (${param.names})] | state = closed)',
        withinMs: 1,
        forMs: 0,
      },
      ...asks({ with: { name: '${param.name}' }, expect: { column: 'n', value: '>= 5' } }).verify,
    ],
    impact: { requests: 'api.latency' },
  };
  expect(checkRunbook(looped, known)).toEqual([]);
});

const act = (use: string, extra = {}) => ({ act: [{ id: 'a1', title: 'x', use, with: extra }] });
const asks = (more: Partial<VerifyStep>) => ({
  verify: [
    { id: 'v1', title: 'x', use: 'bus.breaker', expect: { rows: '= 0' }, withinMs: 1, forMs: 0, ...more },
  ],
});
const verify = (that: string) => ({ verify: [{ id: 'v1', title: 'x', that, withinMs: 1, forMs: 0 }] });

test.each<[Partial<Runbook>, string, string, string]>([
  [
    { when: 'any(breaker | state = open)' },
    'when',
    'col 5: "breaker" is not a kind of fact. Did you mean breakers?',
    '',
  ],
  [
    { when: 'any(breakers | name = ${param.name})' },
    'when',
    'parameter name has no value yet at this point',
    'remove the parameter from this expression',
  ],
  [
    { when: 'any(breakers | new)' },
    'when',
    '${before}, change and new are only available in verify',
    'remove ${before} and new',
  ],
  [
    { diagnose: [{ id: 'd1', title: 'x', that: 'api.latency > ${before}' }] },
    'diagnose[0].that',
    '${before}, change and new are only available in verify',
    'remove ${before} and new',
  ],
  [{ when: 'api.latncy > 5' }, 'when', 'no signal is called api.latncy', 'did you mean api.latency?'],
  [
    { diagnose: [{ id: 'd1', title: 'x', use: 'bus.helth' }] },
    'diagnose[0].use',
    'bus has no feed or operation helth',
    'did you mean health?',
  ],
  [
    { diagnose: [{ id: 'd1', title: 'x', that: 'q rising' }] },
    'diagnose[0].that',
    'no signal is called q',
    'valid: api.latency',
  ],
  [act('bos.breaker'), 'act[0].use', '"bos.breaker" names no source of this profile', 'did you mean bus?'],
  [act('bus'), 'act[0].use', '"bus" names no source of this profile', 'valid: bus'],
  [act('toString.breaker'), 'act[0].use', '"toString.breaker" names no source of this profile', 'valid: bus'],
  [act('bus.health'), 'act[0].use', 'bus has no operation health', 'valid: breaker'],
  [
    act('bus.breaker', { name: '${param.nme}' }),
    'act[0].with',
    'no parameter is called nme',
    'did you mean name?',
  ],
  [{ title: 'Close ${param.nme}' }, 'title', 'no parameter is called nme', 'did you mean name?'],
  [
    { act: [{ id: 'a1', title: 'Tell ${param.nme}', manual: true }] },
    'act[0].title',
    'no parameter is called nme',
    'did you mean name?',
  ],
  [
    verify('all(breakers[name = "${param.who}"] | state = closed)'),
    'verify[0].that',
    'no parameter is called who',
    'valid: name',
  ],
  [verify('all(breakers | state == closed)'), 'verify[0].that', 'col 22: unexpected "==". Write =', ''],
  [
    { params: [{ name: 'name', type: 'choice', from: 'breaker.name' }] },
    'params.name.from',
    'unknown kind "breaker"',
    'write KIND.FIELD: breakers.name',
  ],
  [
    { params: [{ name: 'name', type: 'choice', from: 'breakers.nme' }] },
    'params.name.from',
    'no field is called "nme" in breakers',
    'write KIND.FIELD: breakers.name',
  ],
  [
    { params: [{ name: 'name', type: 'choice', from: 'breakers.name', where: 'stat = open' }] },
    'params.name.where',
    'col 1: no field is called stat in breakers. Did you mean state?',
    '',
  ],
  [
    { act: [{ id: 'a1', title: 'x', use: 'bus.breaker', each: 'names' }] },
    'act[0].each',
    'no parameter is called names',
    'add a parameter of type choices',
  ],
  [
    { act: [{ id: 'a1', title: 'x', use: 'bus.breaker', each: 'name' }] },
    'act[0].each',
    'name has type choice. A loop needs type choices',
    'write type: choices, or: add a parameter of type choices',
  ],
  [
    { act: [{ id: 'a1', title: 'x', use: 'bus.breaker', pauseMs: 1000 }] },
    'act[0].pause',
    'the key pause works only in loops',
    'write each: PARAMETER, or remove pause',
  ],
  [
    act('bus.breaker', { name: ['${each}'] }),
    'act[0].with',
    '${each} is used outside a loop',
    'write each: PARAMETER on the step',
  ],
  [
    { act: [{ id: 'a1', title: 'Close ${each}', manual: true }] },
    'act[0].title',
    '${each} is used outside a loop',
    'write each: PARAMETER on the step',
  ],
  [
    { act: [{ id: 'a1', title: 'x', manual: true, timeoutMs: 1000 }] },
    'act[0].timeout',
    'timeout has no effect on a manual step',
    'remove timeout, or write use',
  ],
  [
    { act: [{ id: 'a1', title: 'x', use: 'bus.breaker', needs: 'api.latncy < 5' }] },
    'act[0].needs',
    'no signal is called api.latncy',
    'did you mean api.latency?',
  ],
  [
    { act: [{ id: 'a1', title: 'x', use: 'bus.breaker', needs: 'any(breakers | name = ${each})' }] },
    'act[0].needs',
    'no parameter is called each',
    'valid: name',
  ],
  [
    { impact: { requests: 'api.rps' } },
    'impact.requests',
    'no signal is called api.rps',
    'valid: api.latency',
  ],
  [
    { params: [...sound.params, { name: 'each', type: 'string' }] },
    'params.each',
    'the name each is reserved for loops',
    'rename the parameter',
  ],
  [asks({ use: 'bus.brakers' }), 'verify[0].use', 'bus has no operation brakers', 'did you mean breaker?'],
  // A feed is read by an expression; only operations can be called.
  [asks({ use: 'bus.health' }), 'verify[0].use', 'bus has no operation health', 'valid: breaker'],
  [
    asks({ with: { name: '${param.nme}' } }),
    'verify[0].with',
    'no parameter is called nme',
    'did you mean name?',
  ],
  [
    asks({ expect: { json: { n: '${param.nme}' } } }),
    'verify[0].expect',
    'no parameter is called nme',
    'did you mean name?',
  ],
  [
    asks({ expect: { matches: '^${param.name}$' } }),
    'verify[0].expect.matches',
    'matches cannot contain a parameter',
    'write the value, or compare with value or json',
  ],
  [
    asks({ expect: { value: '${each}' } }),
    'verify[0].expect',
    '${each} is used outside a loop',
    'write each: PARAMETER on the step',
  ],
  [
    asks({ expect: { rows: '= 0', column: 'n' } }),
    'verify[0].expect.column',
    'the key column works only with value',
    'add value, or remove column',
  ],
  [
    asks({ expect: { value: '>= many' } }),
    'verify[0].expect.value',
    '">= many" is not a limit. A word can only be compared with = or !=. Write "= many" or "!= many"',
    '',
  ],
])('%j: %s', (change, path, what, todo) => {
  expect(checkRunbook({ ...sound, ...change }, known)).toEqual([{ path, what, todo }]);
});
