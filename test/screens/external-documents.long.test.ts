import { describe, expect, test } from 'vitest';
import type {
  ExternalDocument,
  ExternalDocumentResult,
} from '../../src/platform/terminal/external-documents.ts';
import type { ProcessTerminal } from '../../src/platform/terminal/terminal.ts';
import { noon } from '../support/made-facts.ts';
import { platforms } from './support/platforms.ts';
import { shop } from './support/shop.ts';
import { shopLines, shopWith } from './support/shop-lines.ts';
import { openCockpit, type Settings, type User } from './support/user.ts';

/** A terminal that can be handed over; no signal arrives. */
const host: ProcessTerminal = {
  onEnd: () => {},
  onCrash: () => {},
  onStop: () => () => {},
  onContinue: () => () => {},
  onWindowChange: () => () => {},
  written: async () => {},
  run: async () => ({ status: 0 }),
  interact: () => Promise.reject(new Error('not used here')),
  stop: async () => {},
};

interface Opened extends User {
  readonly documents: readonly ExternalDocument[];
  /** The text of the last document. */
  text(): string;
}

const textOf = (document: ExternalDocument | undefined): string => {
  if (document === undefined || 'file' in document) return '';
  return typeof document.text === 'string' ? document.text : [...document.text].join('');
};

const open = async (
  settings: Settings,
  end: ExternalDocumentResult = { program: 'less', status: 0 },
): Promise<Opened> => {
  const documents: ExternalDocument[] = [];
  const user = await openCockpit({
    host,
    openDocument: async (document) => {
      // The program reads it now; later the text may have changed.
      documents.push('file' in document ? document : { ...document, text: textOf(document) });
      return end;
    },
    ...settings,
  });
  return { ...user, documents, text: () => textOf(documents.at(-1)) };
};

const command = async (user: User, text: string): Promise<void> => {
  await user.type(`:${text}`);
  await user.press('enter');
};

const described = async (settings: Settings = {}): Promise<Opened> => {
  const user = await open({ scene: platforms(), ...settings });
  await user.press('6 z Y');
  await user.happens(() =>
    user.cockpit.setState({
      description: {
        title: 'yaml pod billing-7c9f-x2k',
        source: 'k8s',
        state: { is: 'read', at: noon, lines: ['kind: Pod', '  host: ana@example.org', '  image: psp'] },
      },
    }),
  );
  return user;
};

describe('the text view', () => {
  test('v opens the text in the editor, p in the pager, and the screen is complete afterwards', async () => {
    const user = await described();
    const before = user.rows();
    await user.press('v');
    expect(user.documents).toMatchObject([{ with: 'editor', name: 'pod-billing-7c9f-x2k.yaml' }]);
    expect(user.text()).toBe('kind: Pod\n  host: ana@example.org\n  image: psp\n');
    expect(user.rows().slice(2, -3)).toEqual(before.slice(2, -3));
    await user.press('p');
    expect(user.documents[1]).toMatchObject({ with: 'pager' });
    expect(user.rowWith('less: closed')).toBeTruthy();
  });

  test('share mode masks the text of the pager, and refuses the editor', async () => {
    const user = await described({ shared: true });
    await user.press('v');
    expect(user.documents).toEqual([]);
    expect(user.rowWith('off in share mode: an editor can show real names')).toBeTruthy();
    await user.press('p');
    expect(user.text()).toContain('kind: Pod');
    expect(user.text()).not.toContain('ana@example.org');
  });

  test('without a terminal to hand over, the keys say so', async () => {
    const user = await openCockpit({ scene: platforms() });
    await user.press('6 z');
    await command(user, 'page');
    expect(user.rowWith('page: opsdeck cannot hand this terminal to another program')).toBeTruthy();
  });
});

test.each([
  [
    { program: 'vmi', trouble: 'program "vmi" not found. Set EDITOR.' },
    'vmi: program "vmi" not found. Set EDITOR.',
  ],
  [{ program: 'vi', status: 3 }, 'vi: exit status 3'],
  [{ program: 'vi', signal: 'SIGTERM' }, 'vi: killed by SIGTERM'],
  [
    { program: 'vi', status: 0, discarded: true },
    'vi: closed. The changes to the temporary copy are discarded',
  ],
])('the end of the program is reported: %o', async (end, notice) => {
  const user = await open({ scene: shop() }, end);
  await user.press('3');
  await command(user, 'edit');
  expect(user.rowWith(notice)).toBeTruthy();
});

test(':page opens the rows of the pane, the export dialog the chosen format', async () => {
  const user = await open({ scene: shop() });
  await user.press('3 z');
  await command(user, 'page');
  expect(user.text()).toMatch(/Circuit breakers.*\n\n.*BREAKER[\s\S]*OPEN +billing-0 +psp/);
  await user.press('E j v');
  expect(user.documents.at(-1)).toMatchObject({
    with: 'editor',
    name: expect.stringMatching(/breakers.*\.csv$/),
  });
  expect(user.rowWith('EXPORT')).toBeTruthy();
});

test('Logs: the shown lines, or the marked ones; with aliases in share mode', async () => {
  const user = await open({ scene: shopWith(shopLines()) });
  await user.press('8');
  await command(user, 'page');
  expect(user.documents.at(-1)).toMatchObject({ with: 'pager', name: expect.stringMatching(/logs.*\.log$/) });
  expect(user.text().split('\n').length).toBeGreaterThan(60);
  await user.press('m k m');
  await command(user, 'page');
  expect(user.text().trim().split('\n')).toHaveLength(2);
  await user.press('S p');
  expect(user.documents).toHaveLength(3);
});

describe(':edit profile', () => {
  const withFile = (file: string): Settings => {
    const scene = shop();
    const { open: environment } = scene.cockpit ?? {};
    return environment === undefined
      ? { scene }
      : { scene: { ...scene, cockpit: { ...scene.cockpit, open: { ...environment, file } } } };
  };

  test('opens the profile at the signal or runbook of the row, else at its first line', async () => {
    const user = await open(withFile('/etc/opsdeck/production.yaml'));
    await user.press('3');
    await command(user, 'edit profile');
    await user.press('2 z');
    await command(user, 'edit profile');
    await command(user, 'runbooks');
    await user.press('/');
    await user.type('Close a circuit');
    await user.press('enter');
    await command(user, 'edit profile');
    expect(user.documents).toEqual([
      { with: 'editor', file: '/etc/opsdeck/production.yaml', line: 1 },
      { with: 'editor', file: 'test.yaml', line: 1 },
      { with: 'editor', file: 'production.yaml', line: 40 },
    ]);
  });

  test('is refused in share mode: the file has real names', async () => {
    const user = await open({ ...withFile('/etc/opsdeck/production.yaml'), shared: true });
    await command(user, 'edit profile');
    expect(user.documents).toEqual([]);
    expect(user.rowWith('edit profile: off in share mode')).toBeTruthy();
  });
});
