import { Buffer } from 'node:buffer';
import { describe, expect, test } from 'vitest';
import { appliedDiffLines } from '../../../../../src/sources/kubernetes/operations/objects/applied-diff.ts';
import type { Raw } from '../../objects.ts';

const annotation = 'kubectl.kubernetes.io/last-applied-configuration';

const container = (more: Raw = {}): Raw => ({ name: 'app', image: 'app:1', ...more });

const manifest = (spec: Raw, more: Raw = {}): Raw => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { annotations: {}, name: 'bus', namespace: 'prod' },
  spec,
  ...more,
});

const specOf = (replicas: number, ...containers: readonly Raw[]): Raw => ({
  replicas,
  template: { metadata: { creationTimestamp: null }, spec: { containers } },
});

/** The live object: what the server stores, with its defaults, status and managers. */
const live = (applied: Raw | string | undefined, spec: Raw, managedFields: readonly Raw[] = []): Raw => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: {
    name: 'bus',
    namespace: 'prod',
    uid: 'u-1',
    resourceVersion: '77',
    generation: 3,
    creationTimestamp: '2026-03-04T09:15:07Z',
    annotations: {
      'deployment.kubernetes.io/revision': '3',
      ...(applied === undefined
        ? {}
        : { [annotation]: typeof applied === 'string' ? applied : `${JSON.stringify(applied)}\n` }),
    },
    managedFields,
  },
  spec: { ...spec, progressDeadlineSeconds: 600, revisionHistoryLimit: 10 },
  status: { replicas: 3 },
});

const manager = (name: string, fieldsV1: Raw, more: Raw = {}): Raw => ({
  ...{ manager: name, operation: 'Update', fieldsType: 'FieldsV1', fieldsV1 },
  ...more,
});

const inContainer = (fields: Raw): Raw => ({
  'f:spec': {
    'f:template': { 'f:spec': { 'f:containers': { 'k:{"name":"app"}': { '.': {}, ...fields } } } },
  },
});

describe('the difference from the last apply', () => {
  test('an unchanged object has none, whatever the server added', () => {
    const applied = manifest(specOf(3, container({ resources: {} })));
    const spec = specOf(3, container({ resources: {}, imagePullPolicy: 'IfNotPresent' }));
    const byServer = manager('kube-controller-manager', {
      'f:metadata': { 'f:annotations': { 'f:deployment.kubernetes.io/revision': {} } },
    });
    const byApply = manager('kubectl-client-side-apply', inContainer({ 'f:imagePullPolicy': {} }));
    expect(appliedDiffLines(live(applied, spec, [byApply, byServer]))).toEqual([
      'the object does not differ from the last-applied configuration',
    ]);
  });

  test('a scaled deployment differs in its replicas, with the manager', () => {
    const byScale = manager('kubectl-scale', { 'f:spec': { 'f:replicas': {} } }, { subresource: 'scale' });
    expect(
      appliedDiffLines(live(manifest(specOf(3, container())), specOf(5, container()), [byScale])),
    ).toEqual([
      '1 field differs from the last-applied configuration (applied → live)',
      'spec.replicas: 3 → 5 (by kubectl-scale)',
    ]);
  });

  test('a changed image and a removed variable', () => {
    const applied = manifest(specOf(3, container({ env: [{ name: 'MODE', value: 'fast' }] })));
    expect(appliedDiffLines(live(applied, specOf(3, container({ image: 'app:2' }))))).toEqual([
      '2 fields differ from the last-applied configuration (applied → live)',
      'spec.template.spec.containers[app].image: "app:1" → "app:2"',
      'spec.template.spec.containers[app].env[MODE].value: "fast" → none',
    ]);
  });

  test('a variable that another manager added', () => {
    const env = [{ name: 'DEBUG', value: '1' }];
    const byEdit = manager(
      'kubectl-edit',
      inContainer({ 'f:env': { 'k:{"name":"DEBUG"}': { '.': {}, 'f:name': {}, 'f:value': {} } } }),
    );
    expect(
      appliedDiffLines(live(manifest(specOf(3, container())), specOf(3, container({ env })), [byEdit])),
    ).toEqual([
      '1 field differs from the last-applied configuration (applied → live)',
      'spec.template.spec.containers[app].env[DEBUG].value: none → "1" (by kubectl-edit)',
    ]);
  });

  test('quantities are compared by amount', () => {
    const of = (cpu: string): Raw => container({ resources: { limits: { cpu } } });
    expect(appliedDiffLines(live(manifest(specOf(3, of('1000m'))), specOf(3, of('1'))))[0]).toMatch(
      /^the object does not differ/,
    );
    expect(appliedDiffLines(live(manifest(specOf(3, of('1000m'))), specOf(3, of('2'))))[1]).toContain(
      '"1000m" → "2"',
    );
  });

  test('an empty value is kept apart from a set one', () => {
    const of = (more: Raw): Raw => container({ env: [{ name: 'MODE', ...more }] });
    expect(appliedDiffLines(live(manifest(specOf(3, of({ value: '' }))), specOf(3, of({}))))[0]).toMatch(
      /^the object does not differ/,
    );
    expect(
      appliedDiffLines(live(manifest(specOf(3, of({ value: '' }))), specOf(3, of({ value: 'x' }))))[1],
    ).toContain('"" → "x"');
  });

  test('secret values are hidden on both sides', () => {
    const secret = (data: Raw): Raw => ({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 's', annotations: {} },
      ...data,
    });
    const base64 = (text: string): string => Buffer.from(text).toString('base64');
    const stored = (data: Raw, applied: Raw): Raw => ({
      ...secret({ data }),
      metadata: { name: 's', annotations: { [annotation]: JSON.stringify(applied) } },
    });
    const applied = secret({ stringData: { token: 'hunter2' } });
    expect(appliedDiffLines(stored({ token: base64('hunter2') }, applied))[0]).toMatch(
      /^the object does not differ/,
    );
    const lines = appliedDiffLines(stored({ token: base64('changed!') }, applied));
    expect(lines).toEqual([expect.stringMatching(/^1 field differs/), 'data.token: … → …']);
    const password = (value: string): Raw => container({ env: [{ name: 'DB_PASSWORD', value }] });
    expect(
      appliedDiffLines(live(manifest(specOf(3, password('hunter2'))), specOf(3, password('other')))).join(
        '\n',
      ),
    ).not.toMatch(/hunter2|other/);
  });

  test('without the annotation it says so, and who applies the object instead', () => {
    expect(appliedDiffLines(live(undefined, specOf(3, container())))).toEqual([
      'the object has no annotation with a last-applied configuration to compare with',
      'the object was created without kubectl apply',
    ]);
    const byArgo = manager('argocd-controller', {}, { operation: 'Apply' });
    expect(appliedDiffLines(live(undefined, specOf(3, container()), [byArgo]))[1]).toBe(
      'the object was applied server-side by argocd-controller, which leaves no copy to compare',
    );
  });

  test('an unreadable annotation is malformed', () => {
    expect(() => appliedDiffLines(live('{', specOf(3)))).toThrow('is not JSON');
  });
});
