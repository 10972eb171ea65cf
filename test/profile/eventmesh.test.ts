import { expect, test } from 'vitest';
import { z } from 'zod';
import type { Profile } from '../../src/domain/profile/profile.ts';
import { localFiles } from '../../src/platform/files/local-files.ts';
import type { HttpAnswer } from '../../src/platform/network/http-messages.ts';
import { loadProfile } from '../../src/profile/load.ts';
import { judgeAnswer } from '../../src/sources/http/probe.ts';
import { requestParams } from '../../src/sources/http/request.ts';
import { describeUnmet, zExpectation } from '../../src/sources/kit/contract/expectation.ts';
import { everyNth, longTest, sampled } from '../support/layer.ts';
import { sourceModules } from '../support/source-modules.ts';
import { now } from './support/loading.ts';

const shipped = async (env: string): Promise<Profile> => {
  const { draft } = await loadProfile(`profiles/eventmesh/${env}.yaml`, {
    files: localFiles,
    modules: sourceModules,
    sets: env === 'production' ? { 'host-1': 'vm-1', 'host-2': 'vm-2' } : {},
    processEnv: { EVENTMESH_CHAT_WEBHOOK_URL: 'https://chat.example/hook' },
    now,
  });
  if (draft === undefined) throw new Error(`profiles/eventmesh/${env}.yaml cannot be used`);
  return (await draft.finish({ exec: async () => '' })).profile;
};

const answer = (status: number, text = '', headers: HttpAnswer['headers'] = {}): HttpAnswer => ({
  status,
  headers,
  text,
  latencyMs: 1,
  url: 'http://api.eventmesh.com/healthz',
  json: () => JSON.parse(text),
});

const zChecks = z.object({ checks: z.array(z.object({ expect: zExpectation })) });

longTest.each([
  [301, 'up'],
  [302, 'up'],
  [307, 'up'],
  [308, 'up'],
  [200, 'down'],
  [404, 'down'],
])('S4-C3-7: a response %i from the address without TLS means %s', async (status, level) => {
  const { sources } = await shipped('production');
  const { checks } = zChecks.parse(sources.find(({ id }) => id === 'plain')?.config);
  expect(judgeAnswer(answer(status), checks[0]?.expect, undefined, '')).toMatchObject({ status: level });
});

test.each(
  sampled(
    [
      ['a webhook of Slack', answer(200, 'ok'), true],
      ['the API of Slack', answer(200, '{"ok":true,"ts":"1"}'), true],
      ['a webhook without a body', answer(204), true],
      ['a webhook that answers with its own JSON', answer(202, '{"id":4711}'), true],
      ['the API of Slack, which refuses', answer(200, '{"ok": false,\n"error":"channel_not_found"}'), false],
      ['a server error', answer(503, 'later'), false],
    ],
    everyNth(6),
  ),
)('S4-C2-7: %s: posted is %o', async (_, given, isPosted) => {
  const { runbooks } = await shipped('production');
  const step = runbooks.find(({ id }) => id === 'notify')?.act.find(({ id }) => id === 'a1');
  const { expect: wantedExpect } = requestParams.parse(step?.with);
  expect(describeUnmet({ status: '200-299', ...wantedExpect }, given) === undefined).toBe(isPosted);
});

test.each(
  sampled(
    [
      ['local', 30],
      ['staging', 30],
      ['production', 15],
    ],
    everyNth(3),
  ),
)('S4-P5: the health monitor of %s checks every %i s', async (env, seconds) => {
  const { runbooks } = await shipped(env);
  const watch = runbooks.find(({ id }) => id === 'watch-health');
  const every = watch?.params.find(({ name }) => name === 'seconds');
  expect(every).toMatchObject({ type: 'int', default: seconds });
});

longTest('S4-R53: a deployment to production requires the name of an approver', async () => {
  const { runbooks } = await shipped('production');
  const params = runbooks.find(({ id }) => id === 'deploy')?.params ?? [];
  const approver = params.find(({ name }) => name === 'approver');
  expect(approver).toMatchObject({ type: 'string' });
  expect(approver).not.toHaveProperty('default');
});
