import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { certificateFor } from '../../../../src/simulator/model/cluster/seed/certificate.ts';
import { valueAt } from '../../../simulator/ask.ts';
import { patchTypes } from '../../../simulator/kube-stage.ts';
import { longTest } from '../../../support/layer.ts';
import { type ActingStage, openStage, planOf } from './stage.ts';

const namespace = 'event-bus-production';
const configmap = 'event-bus-service-config';
const dayMs = 86_400_000;
let stage: ActingStage;

const dataOf = async (plural: string, name: string): Promise<Readonly<Record<string, string>>> =>
  Object(valueAt((await stage.get(`/api/v1/namespaces/${namespace}/${plural}/${name}`)).body, 'data'));
const textNow = async (key = 'application.yml'): Promise<string | undefined> =>
  (await dataOf('configmaps', configmap))[key];
const ledger = (): Promise<string> => readFile(join(stage.dir, 'audit.jsonl'), 'utf8').catch(() => '');

beforeEach(async () => {
  stage = await openStage('event-bus');
});
afterEach(() => stage[Symbol.asyncDispose]());

describe('a ConfigMap', () => {
  const params = { configmap, key: 'application.yml', file: 'application.yml', namespace };

  test('one key, from a file: the changed lines, the text itself, and its undo', async () => {
    const before = (await textNow()) ?? '';
    expect(before).not.toBe('');
    await stage.put('application.yml', `${before}extra:\n  answer: 42\n`);
    const proposal = await stage.propose('setData', params);
    const { objects, danger } = planOf(proposal);
    expect(danger).toBe('disruptive');
    expect(objects).toContainEqual(expect.stringMatching(/^application\.yml \+\d+ {3}answer: 42$/));
    const ran = await stage.confirm(proposal);
    expect(ran.ended.ending).toBe('recovered');
    expect(await textNow()).toBe(`${before}extra:\n  answer: 42\n`);
    await stage.undo(ran);
    expect(await textNow()).toBe(before);
  });

  longTest('the undo of a new key removes it', async () => {
    const ran = await stage.run('setData', { configmap, key: 'note.txt', value: 'hello', namespace });
    expect(await textNow('note.txt')).toBe('hello');
    await stage.undo(ran);
    expect(await textNow('note.txt')).toBeUndefined();
  });

  test('invalid YAML is refused with its line; so are an unchanged value and a missing file', async () => {
    await stage.put('application.yml', 'server:\n  port: 8080\n port: 9090\n');
    expect((await stage.propose('setData', params)).refusal?.why).toMatch(
      /application\.yml:3:1: All mapping items/,
    );
    await stage.put('application.yml', 'a: 1\na: 2\n');
    expect((await stage.propose('setData', params)).refusal?.why).toMatch(
      /application\.yml:2:1: Map keys must be unique/,
    );
    await stage.put('application.yml', (await textNow()) ?? '');
    expect((await stage.propose('setData', params)).refusal?.why).toMatch(/already has these values/);
    const none = { ...params, file: 'no.yml' };
    expect((await stage.propose('setData', none)).refusal?.why).toMatch(/no such file/);
  });

  longTest('a change of the file, or of the object, since the plan: nothing is sent', async () => {
    const before = await textNow();
    await stage.put('application.yml', 'a: 1\n');
    const first = await stage.propose('setData', params);
    await stage.put('application.yml', 'a: 2\n');
    expect((await stage.confirm(first)).ended.ending).toBe('forbidden');
    expect(await textNow()).toBe(before);
  });
});

describe('a Secret', () => {
  const secret = 'event-bus-service-secrets';

  test('from a file only: its value is in no plan and no record, and the old one is lost', async () => {
    const [key = ''] = Object.keys(await dataOf('secrets', secret));
    await stage.put('new', 'a-new-passphrase\n');
    const params = { secret, key, file: 'new', namespace };
    const proposal = await stage.propose('setData', params);
    const plan = planOf(proposal);
    expect(plan.lost).toMatch(/the old value/);
    const ran = await stage.confirm(proposal);
    expect(ran.ended.ending).toBe('recovered');
    const coded = Buffer.from('a-new-passphrase').toString('base64');
    expect((await dataOf('secrets', secret))[key]).toBe(coded);
    for (const text of [JSON.stringify(plan), JSON.stringify(ran.events), await ledger()]) {
      expect(text).not.toContain('a-new-passphrase');
      expect(text).not.toContain(coded);
    }
  });

  const hosts = ['event-bus.example.org', 'localhost'];
  const pair = async (names: readonly string[], since: number, keyOf = names) => {
    const { certificate } = certificateFor(names, since);
    await writeFile(join(stage.dir, 'crt'), certificate);
    await writeFile(join(stage.dir, 'key'), certificateFor(keyOf, since).key);
  };
  const propose = async (more: object = {}) => {
    const files = { 'tls.crt': 'crt', 'tls.key': 'key' };
    return stage.propose('setData', { secret, files, namespace, ...more });
  };

  test('a certificate with its key, for all names of the old one, and with a later expiry; nothing else', async () => {
    const now = stage.clock.now();
    const old = certificateFor(hosts, now - 300 * dayMs);
    const coded = (text: string): string => Buffer.from(text).toString('base64');
    const data = { 'tls.crt': coded(old.certificate), 'tls.key': coded(old.key) };
    const path = `/api/v1/namespaces/${namespace}/secrets/${secret}`;
    expect((await stage.send('PATCH', path, { data }, patchTypes.merge)).status).toBe(200);
    await pair(hosts, now - dayMs, ['elsewhere.example.org']);
    expect((await propose()).refusal?.why).toMatch(
      /tls\.key does not belong to tls\.crt: name the two files of one certificate/,
    );
    await pair(hosts, now - 301 * dayMs);
    expect((await propose()).refusal?.why).toMatch(/not later than the current certificate/);
    const shorter = await propose({ shorter: true });
    expect(planOf(shorter).objects).toContainEqual(expect.stringMatching(/^certificate until .* → /));
    await pair(['localhost'], now - dayMs);
    expect((await propose()).refusal?.why).toMatch(/does not cover event-bus\.example\.org/);
    await pair(hosts, now + dayMs);
    expect((await propose()).refusal?.why).toMatch(/not valid before/);
    await pair([...hosts, 'bus.example.org'], now - dayMs);
    const proposal = await propose();
    expect(planOf(proposal).objects).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^certificate until \d{4}-\d\d-\d\d → \d{4}-\d\d-\d\d$/),
        'for event-bus.example.org, localhost → bus.example.org, event-bus.example.org, localhost',
      ]),
    );
    expect((await stage.confirm(proposal)).ended.ending).toBe('recovered');
    const alone = { secret, key: 'tls.crt', file: 'crt', namespace };
    expect((await stage.propose('setData', alone)).refusal?.why).toMatch(
      /change a certificate and the key together/,
    );
  });
});
