import { existsSync, readFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createRunbookPages } from '../../src/cli/cockpit/runbook-pages.ts';
import { WireError } from '../../src/platform/runtime/wire-error.ts';
import { openCockpitBy } from '../simulation/cockpit.ts';
import { openWorkspace, type Workspace } from '../simulation/workspace.ts';
import { localServer } from '../support/local-server.ts';

let workspace: Workspace;
beforeEach(() => {
  workspace = openWorkspace({ env: { OPSDECK_PROFILES: 'profiles', WIKI_TOKEN: 'secret-of-the-wiki' } });
});
afterEach(() => workspace[Symbol.asyncDispose]());

const wiki = 'https://wiki.example/ops/general/targetdown#restart-it';

const page = `# TargetDown

Look at \`kubectl get pods -n shop\` first.

## Restart it

1. Restart:
   \`\`\`sh
   kubectl rollout restart deployment/billing
   \`\`\`
\u001b]0;owned\u0007
`;

const json = (response: ServerResponse, value: unknown): void => {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(value));
};

/** An Alertmanager with one alert whose rule links a runbook. Other paths are pages of a wiki. */
const alertmanager = (runbookUrl: (url: string) => string = () => wiki) => {
  const requests: string[] = [];
  let base = '';
  const open = async () => {
    const server = await localServer((request, response) => {
      const path = request.url ?? '';
      if (path.startsWith('/raw/')) {
        requests.push(`${request.method} ${path} ${request.headers.authorization}`);
        response.setHeader('content-type', path.endsWith('.html') ? 'text/html' : 'text/markdown');
        return void response.end(page);
      }
      if (!path.startsWith('/api/v2/alerts')) return json(response, path.includes('silences') ? [] : {});
      json(response, [
        {
          labels: { alertname: 'TargetDown', severity: 'critical', job: 'billing' },
          annotations: {
            summary: 'billing is down',
            description: 'No scrape.',
            runbook_url: runbookUrl(base),
          },
          startsAt: '2026-03-04T10:00:00Z',
          updatedAt: '2026-03-04T10:00:00Z',
          endsAt: '2099-01-01T00:00:00Z',
          fingerprint: 'a',
          receivers: [],
          status: { state: 'active', silencedBy: [], inhibitedBy: [] },
        },
      ]);
    });
    base = server.url;
    return server;
  };
  return { open, requests };
};

const profile = (url: string, runbooks: string): string =>
  `opsdeck: 1\nsystem: own\nenv: dev\ntier: dev\nsources:\n  am: { type: alertmanager, url: "${url}" }\nrunbooks:\n${runbooks}`;

test('enter on an alert opens its page of a runbook folder; Y copies a command, i drafts it', async () => {
  await using server = await alertmanager().open();
  await workspace.put('profiles/own/dev.yaml', profile(server.url, '  - folder: ../../wiki\n'));
  await workspace.put('wiki/general/TargetDown.md', page);
  await workspace.put('wiki/general/Other.md', '# Other');
  await using cockpit = await openCockpitBy(workspace, ['--env', 'own/dev']);
  await cockpit.sees(/TargetDown/);
  await cockpit.keys('7', 'z', '\r');
  await cockpit.sees(/enter ▸ general\/TargetDown\.md · page of the runbook_url of the alert/);
  await cockpit.sees(/runbook_url · page general\/TargetDown\.md of \S*wiki/);
  await cockpit.keys('\r');
  await cockpit.sees(/RUNBOOK {2}general\/TargetDown\.md · command 2 of 2, disruptive/);
  await cockpit.sees(/▸ +kubectl rollout restart deployment\/billing/);
  expect(cockpit.terminal.written()).not.toContain('owned');
  await cockpit.keys('Y');
  await cockpit.sees(/command sent to the terminal clipboard \(disruptive\)/);
  const copied = Buffer.from('kubectl rollout restart deployment/billing').toString('base64');
  expect(cockpit.terminal.written()).toContain(copied);
  await cockpit.keys('\t');
  await cockpit.sees(/command 1 of 2, read/);
  await cockpit.keys('i');
  await cockpit.sees(/drafted 2 runbooks in drafts\/targetdown\/runbooks\.yaml/);
  expect(readFileSync(workspace.path('drafts/targetdown/runbooks.yaml'), 'utf8')).toContain(
    'reviewed: false',
  );
  await cockpit.keys('i');
  await cockpit.sees(/not drafted: drafts\/targetdown already exists/);
  // The profile stays trusted and valid.
  expect((await workspace.run(['validate', 'profiles'])).code).toBe(0);
});

test('an alert whose page is in no folder opens none, and says so', async () => {
  await using server = await alertmanager().open();
  await workspace.put(
    'profiles/own/dev.yaml',
    profile(server.url, '  - { folder: ../../wiki, for: https://other.example/ }\n'),
  );
  await workspace.put('wiki/general/TargetDown.md', page);
  await using cockpit = await openCockpitBy(workspace, ['--env', 'own/dev']);
  await cockpit.sees(/TargetDown/);
  await cockpit.keys('7', 'z', '\r');
  await cockpit.sees(/runbook_url · neither in this profile nor in the runbook folders/);
  await cockpit.keys('\r');
  expect(cockpit.pty.screen().join('\n')).not.toContain('RUNBOOK  ');
});

test('an address is requested where the profile allows it, with its token, and only when a person opens it', async () => {
  const wikiServer = alertmanager((url) => `${url}/raw/targetdown.md`);
  await using server = await wikiServer.open();
  const runbooks = `  - { fetch: "${server.url}/raw/", bearer: "\${env:WIKI_TOKEN}" }\n`;
  await workspace.put('profiles/own/dev.yaml', profile(server.url, runbooks));
  await using cockpit = await openCockpitBy(workspace, ['--env', 'own/dev']);
  await cockpit.sees(/TargetDown/);
  await cockpit.keys('7', 'z', '\r');
  await cockpit.sees(/runbook_url · opsdeck requests the page only when you open the page/);
  expect(wikiServer.requests).toEqual([]);
  await cockpit.keys('\r');
  await cockpit.sees(/Look at `kubectl get pods -n shop` first/);
  expect(wikiServer.requests).toEqual(['GET /raw/targetdown.md Bearer secret-of-the-wiki']);
});

test('the request of a page ends when the page is closed', async () => {
  const never = new AbortController().signal;
  const asked = Promise.withResolvers<void>();
  // Answers no request.
  const get = (_: unknown, signal: AbortSignal) =>
    new Promise((_resolve, reject) => {
      asked.resolve();
      signal.addEventListener('abort', () => reject(signal.reason));
    });
  const context = {
    openIo: () => ({ get, close: async () => {} }),
    clock: { deadline: () => ({ signal: never, clear: () => {} }) },
  };
  const pages = createRunbookPages([{ fetch: 'https://wiki.example/' }], undefined, context as never);
  const closed = new AbortController();
  const read = pages.read('https://wiki.example/a.md', closed.signal);
  await asked.promise;
  closed.abort(new WireError('cancelled', 'closed'));
  await expect(read).rejects.toThrow('closed');
});

test('an HTML page is not shown, and a missing folder is a warning', async () => {
  await using server = await alertmanager((url) => `${url}/raw/targetdown.html`).open();
  const runbooks = `  - { fetch: "${server.url}/raw/" }\n  - folder: none\n`;
  await workspace.put('profiles/own/dev.yaml', profile(server.url, runbooks));
  await using cockpit = await openCockpitBy(workspace, ['--env', 'own/dev']);
  await cockpit.sees(/TargetDown/);
  await cockpit.keys(...':messages', '\r');
  await cockpit.sees(/cannot read runbook folder \S*none/);
  await cockpit.keys('\u001b');
  await cockpit.sees(/TargetDown/);
  await cockpit.keys('7', 'z', '\r', '\r');
  await cockpit.sees(/is text\/html, not Markdown/);
  expect(existsSync(workspace.path('drafts'))).toBe(false);
});
