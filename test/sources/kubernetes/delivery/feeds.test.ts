import { expect, test } from 'vitest';
import { empty, type Handler, openFixture } from '../fixture.ts';
import { failure, listOf } from '../objects.ts';
import { application, condition, helmRelease, kustomization, newCommit, releaseSecret } from './objects.ts';

const ready = condition('Ready', 'True', 'ReconciliationSucceeded');
const notFound = {
  status: 404,
  body: failure(404, 'NotFound', 'the server could not find the requested resource'),
};

/** A cluster with Argo CD and Helm, in which the account may not read the objects of Flux. */
const serve: Handler = (url, response, request) => {
  const { pathname } = url;
  if (pathname.startsWith('/apis/argoproj.io/')) return { body: listOf([application()]) };
  if (pathname.startsWith('/apis/kustomize.toolkit.fluxcd.io/'))
    return {
      status: 403,
      body: failure(
        403,
        'Forbidden',
        'kustomizations.kustomize.toolkit.fluxcd.io is forbidden: User "ana" cannot list resource "kustomizations" in API group "kustomize.toolkit.fluxcd.io" in the namespace "flux-system"',
      ),
    };
  if (pathname.startsWith('/apis/helm.toolkit.fluxcd.io/')) return notFound;
  if (pathname.endsWith('/secrets')) return { body: listOf([releaseSecret('shop', 2, 'deployed')]) };
  return empty(url, response, request);
};

const all = { delivery: ['argocd', 'flux', 'helm'], watch: false };
const names = ['applications', 'kustomizations', 'helmreleases', 'releases'];

test('nothing is read that the profile does not list', async () => {
  await using fixture = await openFixture(serve, { watch: false });
  expect(fixture.source.feeds.filter(({ name }) => names.includes(name))).toEqual([]);
  await using flux = await openFixture(serve, { delivery: ['kustomizations'], watch: false });
  expect(flux.source.feeds.map(({ name }) => name).filter((name) => names.includes(name))).toEqual([
    'kustomizations',
  ]);
});

test('an API that is absent or denied is a fault of its own feed', async () => {
  await using fixture = await openFixture(serve, all);
  const read = await Promise.all(names.map((name) => fixture.read(name)));
  expect(read.map(({ items }) => items.length)).toEqual([1, 0, 0, 1]);
  expect(
    read.map(({ faults }) => faults.map(({ kind, message, remedy }) => [kind, message, remedy])),
  ).toEqual([
    [],
    [
      [
        'denied',
        expect.stringContaining('cannot list resource "kustomizations"'),
        expect.stringContaining('resources: ["kustomizations"], verbs: [list]'),
      ],
    ],
    [
      [
        'missing',
        expect.stringContaining(
          "this cluster has no helmreleases.helm.toolkit.fluxcd.io/v2: Flux's helm-controller is not installed there, or has another version",
        ),
        'replace flux with kustomizations in the key delivery of the source',
      ],
    ],
    [],
  ]);
  expect((await fixture.read('deployments')).faults).toEqual([]);
});

test('applications and Flux objects have their own namespaces, releases those of the source', async () => {
  const paths: string[] = [];
  const recorded: Handler = (url, response, request) => {
    paths.push(url.pathname);
    return serve(url, response, request);
  };
  const config = { ...all, namespaces: ['shop'], deliveryNamespaces: ['argocd', 'flux-system'] };
  await using fixture = await openFixture(recorded, config);
  await fixture.read('applications');
  await fixture.read('releases');
  expect(paths).toEqual([
    '/apis/argoproj.io/v1alpha1/namespaces/argocd/applications',
    '/apis/argoproj.io/v1alpha1/namespaces/flux-system/applications',
    '/api/v1/namespaces/shop/secrets',
  ]);
});

test('the content of the Secrets of Helm is never requested', async () => {
  const asked: unknown[] = [];
  await using fixture = await openFixture((url, response, request) => {
    if (url.pathname.endsWith('/secrets')) asked.push([request.headers.accept, url.search]);
    return serve(url, response, request);
  }, all);
  await fixture.read('releases');
  expect(asked).toEqual([
    [
      'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1',
      '?labelSelector=owner%3Dhelm&fieldSelector=type%3Dhelm.sh%2Frelease.v1&limit=500',
    ],
  ]);
  expect(fixture.feed('releases')).not.toHaveProperty('watch');
});

test('the last syncs and revisions are recorded changes', async () => {
  const served: Handler = (url, response, request) => {
    if (url.pathname.startsWith('/apis/kustomize.')) return { body: listOf([kustomization([ready])]) };
    if (url.pathname.startsWith('/apis/helm.toolkit.')) return { body: listOf([helmRelease([ready])]) };
    if (url.pathname.startsWith('/apis/argoproj.io/')) {
      const history = [
        { revision: newCommit, deployedAt: '2026-03-04T09:30:00Z', initiatedBy: { username: 'ana' } },
      ];
      return { body: listOf([application({ history })]) };
    }
    if (!url.pathname.endsWith('/secrets')) return empty(url, response, request);
    const secrets = [
      releaseSecret('shop', 1, 'deployed', '2026-03-01T10:00:00Z'),
      releaseSecret('shop', 2, 'failed', '2026-03-04T09:50:00Z'),
    ];
    return { body: listOf(secrets) };
  };
  await using fixture = await openFixture(served, all);
  const since = fixture.clock.now() - (fixture.clock.wallNow() - Date.parse('2026-03-04T07:00:00Z'));
  const read = await fixture.source.recentChanges?.(since, new AbortController().signal);
  expect(read?.faults).toEqual([]);
  expect(read?.changes.map(({ what, change, kind, level }) => [what, change, kind, level])).toEqual([
    ['kustomization apps', 'applied revision main@4b1d6a3', 'rollout', 'ok'],
    ['helmrelease podinfo', 'revision 6.5.1, release 12, deployed', 'rollout', 'ok'],
    ['application shop', 'Argo CD synced revision 9e2c7f1 by ana', 'rollout', 'ok'],
    ['release shop', 'revision 2, failed', 'rollout', 'crit'],
  ]);
});

test('the doctor names the missing permissions of what delivers', async () => {
  await using fixture = await openFixture(
    (url, response, request) => {
      if (url.pathname === '/version') return { body: { gitVersion: 'v1.33.4' } };
      if (!url.pathname.endsWith('/selfsubjectaccessreviews')) return empty(url, response, request);
      let body = '';
      request.on('data', (chunk: Buffer) => {
        body += chunk.toString();
      });
      request.on('end', () => {
        const { group, resource } = JSON.parse(body).spec.resourceAttributes;
        const allowed = group !== 'argoproj.io' && resource !== 'secrets';
        response.writeHead(201, { 'content-type': 'application/json' });
        response.end(JSON.stringify({ status: { allowed } }));
      });
      return undefined;
    },
    { ...all, deliveryNamespaces: ['argocd'] },
  );
  const findings = (await fixture.source.doctor?.(new AbortController().signal)) ?? [];
  expect(
    findings.filter(({ what }) => what.startsWith('not allowed')).map(({ ok, what }) => [ok, what]),
  ).toEqual([
    [false, 'not allowed to list secrets in prod: releases unavailable'],
    [false, 'not allowed to list applications in argocd: applications unavailable'],
    [true, 'not allowed to patch applications in argocd: sync unavailable'],
  ]);
});
