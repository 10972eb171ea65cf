import { describe, expect, test } from 'vitest';
import { docker } from '../../../src/sources/docker/index.ts';

describe('parameters', () => {
  const refusalOf = (name: string, params: unknown): string =>
    docker.operations[name]?.params.safeParse(params).error?.issues[0]?.message ?? 'accepted';

  test.each([
    ['stop', {}, 'the step needs one target: set either container: or service:'],
    [
      'stop',
      { container: 'a', service: 'b' },
      'the step needs one target: set either container: or service:',
    ],
    [
      'stop',
      { container: '../info' },
      '"../info" is not a valid name of a container, service or project: use letters, digits and _ . -',
    ],
    ['stop', { container: 'a', grace: '1h' }, 'not a duration of at most 10m: use 30s or 2m'],
    ['restart', { container: 'a', grace: '0s' }, 'accepted'],
    ['kill', { container: 'a', signal: '9; reboot' }, 'not a signal name: use SIGTERM, SIGKILL or SIGHUP'],
    ['kill', { container: 'a', signal: 'SIGRTMIN+3' }, 'accepted'],
    [
      'pull',
      { image: '../../containers' },
      '"../../containers" is not an image reference. Use NAME:TAG or NAME@sha256:…',
    ],
    ['pull', { image: 'a/../b' }, '"a/../b" is not an image reference. Use NAME:TAG or NAME@sha256:…'],
    ['logs', { service: 'a', include: '(' }, 'Invalid regular expression: /(/: Unterminated group'],
    [
      'logs',
      { service: 'a', include: '(a+)+' },
      'a repetition inside a repeated group can backtrack without end. Repeat only one of them',
    ],
    ['logs', { service: 'a', since: '5' }, 'the value is not a duration: use 5m or 1h'],
    ['composeScale', { service: 'a', replicas: -1 }, 'Too small: expected number to be >=0'],
    ['exec', { container: 'a', argv: [] }, 'Too small: expected array to have >=1 items'],
  ])('%s %j: %s', (name, params, expected) => {
    expect(refusalOf(name, params)).toBe(expected);
  });

  test('parsed params can be parsed again', () => {
    for (const [name, params] of [
      ['stop', { service: 'a', grace: '1m' }],
      ['kill', { service: 'a' }],
      ['logs', { service: 'a', since: '5m' }],
    ] as const) {
      const schema = docker.operations[name]?.params;
      const once = schema?.parse(params);
      expect(schema?.parse(once)).toEqual(once);
    }
  });
});
