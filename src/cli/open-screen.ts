import { systemClock } from '../io/clock.ts';
import { keptFiles } from '../io/kept-files.ts';
import { masker } from '../io/secrets.ts';
import { processTerminal } from '../io/terminal.ts';
import { createCockpit } from '../store/create-cockpit.ts';
import { startUi } from '../ui/start.tsx';
import type { GlobalOptions } from './global-options.ts';
import { withCommands } from './later-commands.ts';
import { hasLightGround } from './light-ground.ts';
import { stateDirOf } from './places.ts';

type Colors = 'none' | '16' | '256' | 'truecolor';

/** How many colours this terminal has, by what it says of itself. */
const colorsOf = (options: GlobalOptions, env: NodeJS.ProcessEnv): Colors => {
  if (!options.color || env.TERM === 'dumb') return 'none';
  if (/^(truecolor|24bit)$/.test(env.COLORTERM ?? '')) return 'truecolor';
  return /256color/.test(env.TERM ?? '') ? '256' : '16';
};

/**
 * The cockpit on this terminal; resolves to the exit code when it was left. The first frame is drawn before anything
 * behind it is loaded: what this file imports is loaded before that frame, the rest after it.
 */
export const openScreen = async (options: GlobalOptions): Promise<number> => {
  const cockpit = createCockpit();
  const clock = systemClock();
  const host = processTerminal(masker);
  const shown = withCommands(() => screen.stop());
  const screen = startUi({
    cockpit,
    facts: () => shown.facts,
    across: () => shown.across,
    past: () => shown.past,
    onOpen: shown.onChange,
    commands: shown.commands,
    clock,
    settings: {
      ascii: options.ascii,
      color: colorsOf(options, process.env),
      plainRows: process.env.INK_SCREEN_READER === 'true',
      tmux: (process.env.TMUX ?? '') !== '',
      shared: options.share,
      light: hasLightGround(process.env),
    },
    secrets: masker,
    keep: keptFiles(stateDirOf(options, process.env)),
    host,
  });
  const [{ createContext, machinePlatform }, { composeCockpit }] = await Promise.all([
    import('./context.ts'),
    import('./open-cockpit.ts'),
  ]);
  const { controller, close } = composeCockpit(
    createContext(options, machinePlatform(clock)),
    cockpit,
    shown,
    shown.changed,
    () => screen.stop(),
  );
  shown.become(controller);
  controller
    .first(options.env)
    .catch((error: unknown) =>
      cockpit.setState({ refused: [`a mistake of ours: ${masker.mask(String(error))}`] }),
    );
  await screen.waitUntilExit();
  await close();
  await host.written();
  return 0;
};
