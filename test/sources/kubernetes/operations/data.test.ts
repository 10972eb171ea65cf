import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { patchTypes } from '../../../simulator/kube-stage.ts';
import { type ActingStage, openStage, planOf } from './stage.ts';

const namespace = 'event-bus-production';
const configmap = 'event-bus-service-config';
const path = `/api/v1/namespaces/${namespace}/configmaps/${configmap}`;
let stage: ActingStage;

beforeEach(async () => {
  stage = await openStage('event-bus');
});
afterEach(() => stage[Symbol.asyncDispose]());

const write = async (data: Readonly<Record<string, string>>): Promise<void> => {
  expect((await stage.send('PATCH', path, { data }, patchTypes.merge)).status).toBe(200);
};

test('data shows the keys of a ConfigMap, and validates each by its file extension', async () => {
  const good = await stage.run('data', { configmap });
  expect(good.output).toContainEqual(
    expect.stringMatching(/^application\.yml: \d+ B, sha256 \w{12}, valid$/),
  );
  expect(good.output).toContainEqual('1 spring:');
  expect(good.output.at(-2)).toBe('2 keys: all YAML and JSON values are valid');
  await write({ 'application.yml': 'server:\n  port: 8080\n port: 1\n', note: 'password: hunter22\n' });
  const broken = await stage.run('data', { configmap });
  expect(broken.output).toContainEqual(expect.stringMatching(/, application\.yml:3:1: All mapping items/));
  expect(broken.output).toContainEqual('1 password: …');
  expect(broken.output.at(-2)).toBe('3 keys: 1 invalid');
});

test('data shows the diff to files; of a Secret only its keys', async () => {
  await write({ 'application.yml': 'a: 1\nb: 2\n' });
  await stage.put('application.yml', 'a: 1\nb: 3\n');
  const drift = await stage.run('data', { configmap, compare: { 'application.yml': 'application.yml' } });
  expect(drift.output).toEqual(
    expect.arrayContaining(['application.yml -2 b: 3', 'application.yml +2 b: 2']),
  );
  expect(drift.output.at(-2)).toMatch(/; 1 differ from their files$/);
  const secret = await stage.run('data', { secret: 'event-bus-service-secrets' });
  expect(secret.output.slice(1, -1)).toEqual([
    'db-password: hidden',
    '1 key: all YAML and JSON values are valid',
  ]);
  const compare = { 'db-password': 'password' };
  await stage.put('password', 'rehearsal\n');
  const same = await stage.run('data', { secret: 'event-bus-service-secrets', compare });
  expect(same.output.at(-2)).toBe('1 key: all YAML and JSON values are valid');
  await stage.put('password', 'another-one\n');
  const other = await stage.run('data', { secret: 'event-bus-service-secrets', compare });
  expect(other.output).toContainEqual('db-password differs from password');
});

test('keep writes objects to a new file, in the format for apply; a Secret cannot be backed up', async () => {
  const objects = ['deployment/event-bus-service', `configmap/${configmap}`];
  const proposal = await stage.propose('keep', { objects, dir: '.' });
  expect(planOf(proposal)).toMatchObject({
    danger: 'safe',
    lost: expect.stringContaining('stays until you delete the file'),
  });
  expect((await stage.confirm(proposal)).ended.ending).toBe('recovered');
  const [name = ''] = (await readdir(stage.dir)).filter((one) => one.startsWith('kept-'));
  expect(name).toMatch(/^kept-\d{8}T\d{6}Z\.yaml$/);
  const text = await readFile(join(stage.dir, name), 'utf8');
  const documents = parseAllDocuments(text).map((document) => document.toJS());
  expect(documents.map(({ kind }) => kind)).toEqual(['Deployment', 'ConfigMap']);
  expect(documents.every(({ status, metadata }) => status === undefined && metadata.uid === undefined)).toBe(
    true,
  );
  // An unmodified backup is not a change.
  const again = await stage.propose('apply', { files: [name], force: true });
  expect(again.refusal?.why).toMatch(/already has these values/);
  expect((await stage.propose('keep', { objects: ['secret/x'], dir: '.' })).refusal?.why).toMatch(
    /a Secret cannot be backed up/,
  );
});
