import { join } from 'node:path';
import type { ReadIo } from '../../doors/io.ts';
import type { FirstSource } from '../../importer/first-profile.ts';
import type { Files } from '../../platform/files/local-files.ts';
import type { ProfileCatalogEntry } from '../../profile/catalog/profile-catalog.ts';
import type { UnreadPlace } from '../../store/cockpit.ts';
import type { CommandContext } from '../command/context.ts';
import { UsageError } from '../command/exit-code.ts';
import type { DiscoveryFlags } from '../command/global-options.ts';
import type { FoundSystem } from './found-system.ts';

/** The name of the environment of what is here, as system and as environment. */
export const hereName = 'here';

const noFiles: Files = { read: async () => undefined, list: async () => [] };

/** The entry of `here`. Its profile is made when it is opened, and is on no disk. */
export const hereEntry: ProfileCatalogEntry = {
  system: hereName,
  env: hereName,
  title: 'here · read-only · nothing is written',
  tier: 'production',
  // A path that no directory can have, so that nothing of a disk is meant.
  file: join('/dev/null', hereName),
  dir: '',
  files: noFiles,
};

/** True for the entry of `here`. */
export const isHere = ({ file }: Pick<ProfileCatalogEntry, 'file'>): boolean => file === hereEntry.file;

/** True for the names by which `--env` selects it. */
export const isHereName = (requested: string | undefined): boolean =>
  requested === hereName || requested === `${hereName}/${hereName}`;

/** Places of flags, by the word that stands for them. */
const askedPlaces: readonly (readonly [keyof DiscoveryFlags, string])[] = [
  ['kubeContext', 'kubeconfig'],
  ['dockerContext', 'Docker'],
];

/** The places that a flag names and that are not there come first, and are marked. */
const askedFirst = (systems: readonly FoundSystem[], flags: DiscoveryFlags): readonly FoundSystem[] => {
  const marked = systems.map((system) =>
    askedPlaces.some(([flag, what]) => flags[flag] !== undefined && system.what === what)
      ? { ...system, isAsked: true }
      : system,
  );
  const isAbsent = ({ isAsked, found }: FoundSystem): boolean => isAsked === true && !found;
  return [...marked.filter(isAbsent), ...marked.filter((system) => !isAbsent(system))];
};

const line = ({ what, found, detail }: FoundSystem): string =>
  `${found ? 'found    ' : 'not found'}  ${what}: ${detail}`;

/** Nothing was found. The lines say what was looked for. */
export class NothingHere extends UsageError {}

/** A profile in memory, and where its sources were found. */
export interface DiscoveredHere {
  readonly files: Files;
  readonly sources: readonly FirstSource[];
  /** The sources that a saved profile offers as comments. */
  readonly offers: readonly FirstSource[];
  /** The io of the sources, which begin with the responses that the search has read. */
  beginning(io: ReadIo): ReadIo;
  /** The places with a source, and those that the account may not read, for a message. */
  readonly places: readonly string[];
  /** The places that are there and cannot be read, each with the reason. */
  readonly unreadPlaces: readonly UnreadPlace[];
}

/** 'docker: compose file, 3 services' for each source, and the places that were named or refuse to be read. */
const placesOf = (systems: readonly FoundSystem[]): readonly string[] =>
  systems.flatMap(({ source, offers, what, detail, isDenied, isAsked = false, found }) =>
    source !== undefined
      ? [`${source.id}: ${what}, ${detail}`]
      : offers !== undefined
        ? [`${what}: ${detail}`]
        : isDenied === true || (isAsked && !found)
          ? [`not read: ${what}: ${detail}`]
          : [],
  );

/** True: a program would have to run before it can be read. No person has confirmed one here. A saved profile is trusted first. */
const needsProgram = ({ entry }: FirstSource): boolean =>
  Object.values(entry).some((value) => typeof value === 'object' && 'argv' in value);

/**
 * Looks for systems of the current directory, user and machine, and makes the profile of `here` of them. It reads only; nothing
 * is written. Rejects with NothingHere, which lists what was looked for, if there is nothing.
 */
export const discoverHere = async (context: CommandContext): Promise<DiscoveredHere> => {
  const { discovery: flags = {} } = context.options;
  // Only `here` needs the clients and the importer.
  const { findSystems, offersOf, sourcesOf } = await import('./found-systems.ts');
  const { firstProfile } = await import('../../importer/first-profile.ts');
  const { createKnownAnswers, withKnownAnswers } = await import('./known-answers.ts');
  const known = createKnownAnswers(context.clock);
  const search = { context, dir: process.cwd(), flags, isUnasked: true, known };
  const systems = askedFirst(await findSystems(search), flags);
  const sources = sourcesOf(systems);
  if (sources.length === 0)
    throw new NothingHere(
      'found no system here. Looked for:',
      ...systems.map(line),
      'Name one (--prometheus URL, --host USER@HOST, --context NAME), or open a simulated system: opsdeck demo',
    );
  const readable = sources.filter((source) => !needsProgram(source));
  const text = firstProfile({ system: hereName, env: hereName, title: hereEntry.title }, readable);
  return {
    sources,
    offers: offersOf(systems),
    beginning: (io) => withKnownAnswers(io, known),
    files: { ...noFiles, read: async (path) => (path === hereEntry.file ? text : undefined) },
    unreadPlaces: systems.flatMap(({ what, detail, isDenied, gives = [] }) =>
      isDenied === true ? [{ what, why: detail, gives }] : [],
    ),
    places: [
      ...placesOf(systems),
      ...sources
        .filter(needsProgram)
        .map(
          ({ id, from }) =>
            `not read: ${id}: ${from} needs a password, which only a program can read. Save a profile (S, opsdeck init), then trust the profile`,
        ),
    ],
  };
};
