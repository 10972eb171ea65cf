import { expect, test } from 'vitest';
import { builtInRunbooks } from '../../src/engine/cockpit/runs/built-in-runbooks.ts';
import type { ClusterNode } from '../../src/kinds/nodes/fact.ts';
import type { Workload } from '../../src/kinds/workloads/fact.ts';
import type { ProcessTerminal } from '../../src/platform/terminal/terminal.ts';
import type { OpenEnvironment } from '../../src/store/cockpit.ts';
import { createFactsStore } from '../../src/store/facts-store.ts';
import type { RunbookSuggestion } from '../../src/store/runbook-suggestion.ts';
import { longDescribe, longTest } from '../support/layer.ts';
import { feedInfo, frame, learn, noon } from '../support/made-facts.ts';
import { sourceModules } from '../support/source-modules.ts';
import { cardOf } from './support/screen.ts';
import { shopCockpit } from './support/shop.ts';
import { openCockpit, type User } from './support/user.ts';

/** The generic actions of the sources of these types, as the cockpit offers them. */
const actionsOf = (types: Readonly<Record<string, string>>): readonly RunbookSuggestion[] => {
  const sources = Object.entries(types).map(([id, type]) => {
    const module = sourceModules.find((sourceModule) => sourceModule.type === type);
    const operations = Object.entries(module?.operations ?? {}).map(([name, { actions = [] }]) => ({
      name,
      actions,
      danger: () => 'disruptive' as const,
      plan: () => Promise.reject(new Error('not planned here')),
      recheck: async () => undefined,
      act: async function* () {},
    }));
    return [id, { id, operations }] as const;
  });
  return builtInRunbooks({ runbooks: [], file: 'p.yaml' }, new Map(sources)).map((runbook) => ({
    runbook,
    fits: 'never',
    why: '',
    danger: 'disruptive',
  }));
};

const workload = (kind: Workload['kind'], name: string, more: Partial<Workload> = {}): Workload => ({
  ...{
    source: 'k8s',
    at: noon - 3000,
    kind,
    namespace: 'shop',
    name,
    owner: '',
    node: 'n-1',
    uid: `uid-${name}`,
  },
  ...{ status: 'Running', ready: 1, wanted: 1 },
  ...more,
});

const node = (name: string, isCordoned: boolean): ClusterNode => ({
  ...{ source: 'k8s', at: noon - 3000, name, uid: `uid-${name}`, status: 'Ready', problems: [], roles: [] },
  isCordoned,
});

/** A terminal that can be lent; no signal arrives. */
const host: ProcessTerminal = {
  onEnd: () => {},
  onCrash: () => {},
  onStop: () => () => {},
  onContinue: () => () => {},
  onWindowChange: () => () => {},
  written: async () => {},
  run: async () => ({ status: 0 }),
  interact: () => Promise.reject(new Error('not lent here')),
  stop: async () => {},
};

const open = async (
  keys: string,
  { open: more = {} }: { readonly open?: Partial<OpenEnvironment> } = {},
): Promise<User> => {
  const store = createFactsStore(
    frame({ system: 'shop', sources: { k8s: { type: 'kubernetes', kinds: ['workloads', 'nodes'] } } }),
  );
  learn(store, feedInfo('k8s/workloads', 'workloads'), {
    items: [
      workload('deployment', 'bus'),
      workload('pod', 'bus-1', { owner: 'deploy bus' }),
      workload('pod', 'bus-2', { owner: 'deploy bus' }),
      workload('pod', 'debug', {}),
    ],
  });
  learn(store, feedInfo('k8s/nodes', 'nodes'), { items: [node('n-1', false), node('n-2', true)] });
  const user = await openCockpit({
    size: [120, 36],
    host,
    scene: {
      facts: store,
      cockpit: {
        ...shopCockpit,
        ...(shopCockpit.open === undefined ? {} : { open: { ...shopCockpit.open, ...more } }),
        suggestions: [],
        messages: [],
        genericActions: actionsOf({ k8s: 'kubernetes', us: 'kubernetes' }),
      },
    },
  });
  await user.press(keys);
  return user;
};

/** The titles of the actions of the row with this text, in Pods or in the given pane. */
const actionsFor = async (text: string, pane = 'pods', keys = ''): Promise<readonly string[]> => {
  const user = await open(`:`);
  await user.type(pane);
  await user.press('enter');
  await moveTo(user, text);
  await user.press(`${keys} x`.trim());
  const card = cardOf(user);
  return card
    .slice(
      2,
      card.findIndex((line) => line.startsWith('Preview')),
    )
    .filter((line) => !line.includes('⊘'))
    .map((line) => line.replace(/^[▸ ]+[^A-Z]*/u, '').replace(/ {2,}.*$/, ''));
};

const moveTo = async (user: User, text: string): Promise<void> => {
  await user.press('/');
  await user.type(text);
  await user.press('enter');
};

longDescribe('x lists what a source can do with the row, without a runbook', () => {
  longTest(
    'a deployment is restarted, scaled, rolled back and gets an image; actions of another cluster are not offered',
    async () => {
      expect(await actionsFor('name=bus')).toEqual([
        'Restart deployment (k8s): bus',
        'Scale deployment (k8s): bus',
        'Roll back deployment (k8s): bus',
        'Set image of deployment (k8s): bus',
      ]);
    },
  );

  longTest('a pod of a workload, and one that nothing recreates', async () => {
    expect(await actionsFor('name=bus-1')).toEqual([
      'Delete pod (k8s): bus-1',
      'Evict pod (k8s): bus-1',
      'Shell in pod (k8s): bus-1',
      'Debug pod (k8s): bus-1',
      'Forward a declared port (k8s): bus-1',
      'Forward any port (k8s): bus-1',
    ]);
    expect(await actionsFor('name=debug')).toEqual([
      'Delete pod that no controller recreates (k8s): debug',
      'Evict pod that no controller recreates (k8s): debug',
      'Shell in pod (k8s): debug',
      'Debug pod (k8s): debug',
      'Forward a declared port (k8s): debug',
      'Forward any port (k8s): debug',
    ]);
  });

  longTest('several marked pods of one workload', async () => {
    const user = await open('6 z');
    await moveTo(user, 'owner=bus');
    await user.press('m j m x');
    expect(cardOf(user).some((line) => line.includes('Delete pod (k8s): 2 marked, bus-1 bus-2'))).toBe(true);
    await user.press('enter');
    const [[command, id, params, shown] = []] = user.given;
    expect([command, id, params]).toEqual([
      'propose',
      'delete-pod-k8s',
      { pods: ['bus-1', 'bus-2'], namespace: 'shop', owners: ['deploy bus'] },
    ]);
    expect(shown).toEqual([
      { name: 'bus-1', uid: 'uid-bus-1' },
      { name: 'bus-2', uid: 'uid-bus-2' },
    ]);
  });

  longTest('a node is cordoned when it is schedulable, and uncordoned when it is not', async () => {
    expect(await actionsFor('n-1', 'nodes')).toEqual(['Cordon node (k8s): n-1', 'Drain node (k8s): n-1']);
    expect(await actionsFor('n-2', 'nodes')).toEqual(['Uncordon node (k8s): n-2', 'Drain node (k8s): n-2']);
  });
});

test('an action that guard.actions does not permit stays in the list with the reason, and cannot be started', async () => {
  const position = { file: 'profiles/shop/production.yaml', line: 9, col: 3 };
  const user = await open('6 z', {
    open: { permittedActions: ['scale'], settingPositions: { 'guard.actions': position } },
  });
  await user.press('x');
  expect(user.rowWith('Restart deployment')).toContain('⊘');
  expect(user.rowWith('guard.actions of production does not permit the action "restart"')).toBeTruthy();
  expect(
    cardOf(user)
      .join(' ')
      .replace(/[║│\s]+/g, ' '),
  ).toContain('change production.yaml:9: actions: [scale, restart]');
  await user.press('enter');
  expect(user.given).toEqual([]);
  await user.press('esc x down enter');
  expect(user.given).toMatchObject([
    ['propose', 'scale-deployment-k8s', { deployment: 'bus', namespace: 'shop' }, [{ name: 'bus' }]],
  ]);
});

longTest(
  'generic actions are not listed among the runbooks, but the palette finds them by name',
  async () => {
    const user = await open('R');
    expect(cardOf(user).join('\n')).toContain('this profile has no runbooks');
    await user.press('esc ctrl-p');
    await user.type('cordon-node-us');
    await user.press('enter');
    expect(user.given).toMatchObject([['propose', 'cordon-node-us', {}]]);
  },
);

test('S proposes a shell in the pod of the row; on a shared screen, and on a deployment, it says why not', async () => {
  const user = await open('6 z');
  await user.press('S');
  expect(user.rowWith('S: ')).toContain('select a pod or a container of Kubernetes or Docker');
  await moveTo(user, 'name=bus-1');
  await user.press('S');
  expect(user.given).toMatchObject([
    ['propose', 'shell-pod-k8s', { pod: 'bus-1', namespace: 'shop' }, [{ name: 'bus-1' }]],
  ]);
  await user.press('s');
  await user.press('enter S');
  expect(user.given).toHaveLength(1);
});

test('F and :forward propose a port-forward to the pod of the row', async () => {
  const user = await open('6 z');
  await user.press('F');
  expect(user.rowWith('F: ')).toContain('select a pod of a Kubernetes source first');
  await moveTo(user, 'name=bus-1');
  await user.press('F');
  const target = [{ name: 'bus-1', uid: 'uid-bus-1' }];
  expect(user.given).toEqual([
    ['propose', 'port-forward-pod-k8s', { pod: 'bus-1', namespace: 'shop' }, target],
  ]);
  for (const typed of ['forward 18080:8080', 'forward 9090', 'forward nine']) {
    await user.press(':');
    await user.type(typed);
    await user.press('enter');
  }
  expect(user.given.slice(1)).toEqual([
    [
      'propose',
      'port-forward-pod-port-k8s',
      { pod: 'bus-1', namespace: 'shop', local: '18080', port: '8080' },
      target,
    ],
    ['propose', 'port-forward-pod-port-k8s', { pod: 'bus-1', namespace: 'shop', port: '9090' }, target],
  ]);
  expect(user.rows().join('\n')).toContain('"nine" is not [LOCAL:]PORT');
});
