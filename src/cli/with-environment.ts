import type { Engine } from '../engine/engine.ts';
import { searchProfilesSurely } from './choose.ts';
import type { Context } from './context.ts';
import { UsageError } from './exit-code.ts';
import { insecurityOf } from './insecure-environment.ts';
import { type HowToOpen, type Opened, openEnvironment } from './open.ts';
import { pluginsOf, pluginTroubles } from './plugins.ts';
import { createWorlds } from './world/worlds.ts';

/** Opens the environment that the options name, hands it to `work`, and closes everything again whatever happens. */
export const withEnvironment = async <T>(
  context: Context,
  how: Pick<HowToOpen, 'memory' | 'until'>,
  work: (opened: Opened) => Promise<T>,
): Promise<T> => {
  const insecurity = insecurityOf(context.processEnv);
  if (insecurity !== undefined) context.warn(`opsdeck: warning: ${insecurity}`);
  for (const trouble of pluginTroubles(await pluginsOf(context)))
    context.warn(`opsdeck: warning: ${trouble}`);
  const profiles = await searchProfilesSurely(context);
  const chosen = profiles.choose(context.options.env);
  if (chosen.is !== 'one') throw new UsageError(...chosen.message.split('\n'));
  const worlds = createWorlds(context);
  let engine: Engine | undefined;
  try {
    const opened = await openEnvironment(context, chosen.entry, {
      ...how,
      worlds,
      catalogue: profiles.catalogue,
    });
    if ('refused' in opened)
      throw new UsageError('the profile cannot be used; nothing was contacted', ...opened.refused);
    engine = opened.engine;
    // Its path may hold names of people and systems.
    if (!context.options.share) context.warn(`opsdeck: profile ${chosen.entry.file}`);
    return await work(opened);
  } finally {
    await engine?.close();
    await worlds.close();
  }
};
