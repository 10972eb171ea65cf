import { expect, test } from 'vitest';
import type { ProcessTerminal } from '../../src/platform/terminal/terminal.ts';
import { longTest } from '../support/layer.ts';
import { shop } from './support/shop.ts';
import { openCockpit, type User } from './support/user.ts';

/** Replaces the process signals. */
interface System {
  readonly host: ProcessTerminal;
  ends(): void;
  crashes(): void;
  stops(): void;
  continued(): void;
  /** The state of the terminal each time the process was stopped. */
  readonly stoppedWith: {
    readonly raw: boolean;
    readonly alternate: boolean;
    readonly cursor: boolean;
    readonly mouse: boolean;
  }[];
  windowChanges(): void;
}

const system = (user: () => User): System => {
  const listeners: Record<string, () => void> = {};
  const stoppedWith: System['stoppedWith'] = [];
  const keep =
    (name: string) =>
    (listener: () => void): (() => void) => {
      listeners[name] = listener;
      return () => {};
    };
  return {
    host: {
      onEnd: keep('end'),
      onCrash: keep('crash'),
      onStop: keep('stop'),
      onContinue: keep('continue'),
      onWindowChange: keep('window'),
      run: async () => ({ status: 0 }),
      written: async () => {},
      interact: () => Promise.reject(new Error('not used here')),
      stop: async () => {
        const { terminal } = user();
        const written = terminal.written();
        stoppedWith.push({
          raw: terminal.raw(),
          alternate: written.lastIndexOf('\u001b[?1049h') > written.lastIndexOf('\u001b[?1049l'),
          cursor: written.lastIndexOf('\u001b[?25h') > written.lastIndexOf('\u001b[?25l'),
          mouse: written.lastIndexOf('\u001b[?1000h') > written.lastIndexOf('\u001b[?1000l'),
        });
      },
    },
    ends: () => listeners.end?.(),
    crashes: () => listeners.crash?.(),
    stops: () => listeners.stop?.(),
    continued: () => listeners.continue?.(),
    windowChanges: () => listeners.window?.(),
    stoppedWith,
  };
};

const open = async (): Promise<{ user: User; outside: System }> => {
  let user: User | undefined;
  const outside = system(() => {
    if (user === undefined) throw new Error('not open yet');
    return user;
  });
  user = await openCockpit({ size: [80, 24], scene: shop(), host: outside.host });
  return { user, outside };
};

const expectRestored = ({ terminal }: User): void => {
  expect(terminal.raw()).toBe(false);
  expect(terminal.onAlternate()).toBe(false);
  const written = terminal.written();
  expect(written.lastIndexOf('\u001b[?25h')).toBeGreaterThan(written.lastIndexOf('\u001b[?25l'));
  expect(written.lastIndexOf('\u001b[?2004l')).toBeGreaterThan(written.lastIndexOf('\u001b[?2004h'));
  expect(written.lastIndexOf('\u001b[?1000l')).toBeGreaterThan(written.lastIndexOf('\u001b[?1000h'));
  expect(written.lastIndexOf('\u001b[?7h')).toBeGreaterThan(written.lastIndexOf('\u001b[?7l'));
};

test('the terminal is in raw mode on the alternate screen, from its first cell', async () => {
  const { user } = await open();
  expect(user.terminal.raw()).toBe(true);
  expect(user.terminal.onAlternate()).toBe(true);
  expect(user.terminal.written().startsWith('\u001b[?1049h\u001b[2J\u001b[H')).toBe(true);
});

test('after q the terminal is restored', async () => {
  const { user } = await open();
  await user.press('q');
  await user.ui.waitUntilExit();
  expectRestored(user);
});

test('after SIGTERM or SIGHUP the terminal is restored, and the engine is notified', async () => {
  const { user, outside } = await open();
  outside.ends();
  // Synchronously: after such a signal nothing else may run.
  expect(user.terminal.raw()).toBe(false);
  await user.ui.waitUntilExit();
  expectRestored(user);
  expect(user.given).toEqual([['quit']]);
});

test('after a crash the terminal is restored before anything is printed', async () => {
  const { user, outside } = await open();
  outside.crashes();
  expect(user.terminal.raw()).toBe(false);
  await user.ui.waitUntilExit();
  expectRestored(user);
});

test.each(['ctrl-z', 'SIGTSTP'])(
  '%s releases the terminal; fg acquires it again and redraws everything',
  async (how) => {
    const { user, outside } = await open();
    const before = user.rows();
    if (how === 'ctrl-z') await user.press('ctrl-z');
    else await user.happens(outside.stops);
    expect(outside.stoppedWith).toEqual([{ raw: false, alternate: false, cursor: true, mouse: false }]);
    expect(user.terminal.raw()).toBe(true);
    expect(user.terminal.onAlternate()).toBe(true);
    expect(user.rows().slice(1)).toEqual(before.slice(1));
    await user.press('3');
    expect(user.rowWith('3 Circuit breakers')).toMatch(/^▌/);
  },
);

test('after SIGCONT without a preceding stop, everything is redrawn', async () => {
  const { user, outside } = await open();
  const before = user.rows();
  user.terminal.stdout.write('\u001b[2J\u001b[Hjob 1 stopped');
  await user.happens(outside.continued);
  expect(user.rows().slice(1)).toEqual(before.slice(1));
});

test('ctrl-z without a shell to resume it gives the reason', async () => {
  const user = await openCockpit({ size: [80, 24], scene: shop() });
  await user.press('ctrl-z');
  expect(user.rowWith('ctrl-z: opsdeck has no shell to resume from')).toBeTruthy();
});

longTest('an error while drawing restores the terminal and rejects the pending promise', async () => {
  const { user } = await open();
  const rejection = user.ui.waitUntilExit().then(
    () => 'nothing',
    (error: unknown) => String(error),
  );
  const broken = {
    get text(): string {
      throw new Error('cannot be drawn');
    },
    at: user.clock.now(),
    level: 'ok' as const,
  };
  const drawn = user.happens(() => user.cockpit.setState({ messages: [broken] }));
  await expect(drawn).rejects.toThrow('cannot be drawn');
  expect(await rejection).toContain('cannot be drawn');
  expectRestored(user);
});

longTest(
  'a change of the window to the same size draws the whole screen again, which a resize in between may have cut',
  async () => {
    const { user, outside } = await open();
    const before = user.terminal.written().length;
    outside.windowChanges();
    await user.wait('1ms');
    const written = user.terminal.written().slice(before);
    expect(written).toContain('Health');
    expect(written).toContain('quit');
  },
);
