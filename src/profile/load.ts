import type { Fault, Millis } from '../domain/base/fault.ts';
import type { Profile } from '../domain/profile/profile.ts';
import type { PluginStatus } from '../domain/profile/settings.ts';
import { type Complaint, formatComplaint } from '../domain/text/position.ts';
import type { Files } from '../platform/files/local-files.ts';
import type { SourceModule, SourceType } from '../sources/kit/contract/source.ts';
import type { BuildContext } from './build/context.ts';
import { literalHead, type ProfileHead } from './build/head.ts';
import { emptyProfile } from './build/likely-mistakes.ts';
import { outsideArgumentComplaints } from './build/outside-arguments.ts';
import { buildProfile } from './build/profile.ts';
import { repeatedLimits } from './build/repeated-limits.ts';
import type { ProfileCatalog } from './catalog/profile-catalog.ts';
import { backtrackingComplaints } from './document/backtracking.ts';
import { sortComplaints } from './document/complaints.ts';
import { modulesFor } from './document/modules.ts';
import {
  blindLookup,
  type LocatedReference,
  outsideReferences,
  type ReferenceEnvironment,
  resolveOutside,
} from './document/outside-references.ts';
import { readProfileTree } from './document/read.ts';
import { type Lookup, type ProfileVars, ReferenceResolver } from './document/references.ts';
import { redactSecrets, secretsInTree } from './document/secrets.ts';
import { type TargetsOf, targetsOf } from './document/targets.ts';
import { type MapNode, withoutKeys } from './document/tree.ts';
import { readVars, referenceComplaints } from './document/vars.ts';

export interface LoadOptions {
  readonly files: Files;
  /** Source types that are loaded already, such as those of plugins. */
  readonly modules: readonly SourceModule[];
  /** Source types that are loaded when the profile uses them. Absent: none. */
  readonly sourceTypes?: readonly SourceType[];
  /** The plugins that the user's settings allow; their source types are among `modules`. Absent: none. */
  readonly plugins?: readonly PluginStatus[];
  /** `--set var=value` */
  readonly sets: Readonly<Record<string, string>>;
  readonly processEnv: Readonly<Record<string, string | undefined>>;
  readonly now: Millis;
  /** True: external values are not resolved because the profile is not trusted. It then cannot be opened. */
  readonly blind?: boolean;
  /** The other environments, for `across`. Absent: only the profile itself is known. */
  readonly catalogue?: ProfileCatalog;
}

export interface LoadedProfile {
  readonly complaints: readonly Complaint[];
  /** Absent when any complaint is an error: nothing may be contacted then. */
  readonly draft?: ProfileDraft;
  /** The systems it can change, as far as they are known before external references are resolved. */
  readonly targets?: TargetsOf;
}

export interface FinishValues {
  /** Values of `${world.x}`. */
  readonly simulatorVars?: Readonly<Record<string, string>>;
  /** Override `vars` and `--set`: a drill must reach only the simulator. */
  readonly varOverrides?: Readonly<Record<string, string>>;
  /** Runs a command without a shell and returns its output; rejects when it fails. */
  exec(argv: readonly string[]): Promise<string>;
}

export interface ResolvedProfile {
  readonly profile: Profile;
  /** The modules of its source types. */
  readonly modules: readonly SourceModule[];
  /** Texts that no message may contain. */
  readonly secrets: readonly string[];
  /** Complaints that only the resolved values caused; those of the load are not repeated. An error refuses the profile. */
  readonly complaints: readonly Complaint[];
}

/** A well-formed profile before its external references are resolved. */
export interface ProfileDraft {
  readonly head: ProfileHead;
  readonly needsExec: boolean;
  readonly needsSimulator: boolean;
  finish(values: FinishValues): Promise<ResolvedProfile>;
}

const isError = ({ severity }: Complaint): boolean => severity === 'error';

const hasErrors = (complaints: readonly Complaint[]): boolean => complaints.some(isError);

const resolved = (tree: MapNode, vars: ProfileVars, lookup: Lookup): MapNode => {
  const node = new ReferenceResolver(vars, lookup).tree(tree);
  return node.is === 'map' ? node : tree;
};

/** Redacts complaints: they quote the file, which may contain a password. */
const tidy = (complaints: readonly Complaint[], secrets: readonly string[]): readonly Complaint[] =>
  sortComplaints(
    complaints.map((complaint) => ({
      ...complaint,
      what: redactSecrets(complaint.what, secrets),
      todo: redactSecrets(complaint.todo, secrets),
    })),
  );

/** Redacts faults: they may quote values too. */
const maskedProfile = (profile: Profile, secrets: readonly string[]): Profile => {
  const masked = <T extends { readonly problem?: Fault }>(entry: T): T => {
    if (entry.problem === undefined) return entry;
    const { message, remedy = '' } = entry.problem;
    return {
      ...entry,
      problem: {
        ...entry.problem,
        message: redactSecrets(message, secrets),
        remedy: redactSecrets(remedy, secrets),
      },
    };
  };
  return {
    ...profile,
    sources: profile.sources.map(masked),
    signals: profile.signals.map(masked),
    runbooks: profile.runbooks.map(masked),
  };
};

/**
 * Warns, at the first reference to a file in each file, that these are not checked: none is read for a profile that is not
 * trusted.
 */
const uncheckedReferences = (references: readonly LocatedReference[]): readonly Complaint[] => {
  const toFiles = references.filter(({ reference }) => reference.is === 'file');
  const byFile = Map.groupBy(toFiles, ({ position }) => position.file);
  return [...byFile.values()].flatMap((located) =>
    located
      .toSorted(({ position: a }, { position: b }) => a.line - b.line || a.col - b.col)
      .slice(0, 1)
      .map(({ reference, position }) => ({
        position,
        severity: 'warning',
        what: `references to files, such as ${reference.text}, are not checked: this file is not trusted`,
        todo: 'review the file, then run opsdeck trust with the directory',
      })),
  );
};

/**
 * Reads a profile with all files it extends and includes, and validates it; contacts nothing and runs nothing. Never
 * throws because of file contents. `finish` then resolves the references.
 */
export const loadProfile = async (file: string, options: LoadOptions): Promise<LoadedProfile> => {
  const { tree: whole, complaints: reading } = await readProfileTree(file, options.files);
  if (whole === undefined) return { complaints: tidy(reading, []) };
  const { vars, complaints: declaring } = readVars(whole, options.sets);
  // Unused vars are dropped, so that their commands never run.
  const tree = withoutKeys(whole, 'vars');
  const hasSimulator = tree.entries.has('world');
  const { files, processEnv, blind = false } = options;
  const outside: ReferenceEnvironment = { files, processEnv, hasSimulator, blind };
  const references = outsideReferences(tree, vars);
  const { lookup } = await resolveOutside(references, outside);
  const checkedTree = resolved(tree, vars, blindLookup(lookup));
  const context: BuildContext = {
    file,
    modules: await modulesFor(checkedTree, options),
    now: options.now,
    ...(options.plugins && { plugins: options.plugins }),
    ...(options.catalogue && { entries: options.catalogue.entries }),
  };
  const { made, complaints: building } = buildProfile(checkedTree, context);
  const complaints = tidy(
    [
      ...reading,
      ...declaring,
      ...literalHead(whole),
      ...referenceComplaints(whole),
      ...backtrackingComplaints(checkedTree),
      ...(blind ? uncheckedReferences(references) : []),
      ...building,
    ],
    secretsInTree(checkedTree, []),
  );
  if (hasErrors(complaints)) return { complaints };
  const reported = new Set(complaints.map(formatComplaint));
  const { system, env, title, tier, color, across, world } = made;
  const draft: ProfileDraft = {
    head: { system, env, title, tier, ...(color && { color }), across, ...(world && { world }) },
    needsExec: references.some(({ reference }) => reference.is === 'exec'),
    needsSimulator: world !== undefined,
    async finish({ simulatorVars, varOverrides, exec }) {
      const used: ProfileVars = { ...vars, simulated: varOverrides ?? {} };
      const { lookup, values } = await resolveOutside(outsideReferences(tree, used), {
        ...outside,
        exec,
        ...(simulatorVars && { simulatorVars }),
      });
      const filled = resolved(tree, used, lookup);
      // An override of a variable may have changed a type.
      const modules = await modulesFor(filled, options);
      const finished = buildProfile(filled, { ...context, modules });
      const secrets = secretsInTree(filled, values);
      const unsafe = new Set(outsideArgumentComplaints(filled).filter(isError).map(formatComplaint));
      // Problems that only resolved values cause disable the entry and nothing else. No program is started with an unsafe value.
      const warnings = finished.complaints.map(
        (complaint): Complaint =>
          unsafe.has(formatComplaint(complaint)) ? complaint : { ...complaint, severity: 'warning' },
      );
      return {
        profile: maskedProfile(finished.made, secrets),
        modules: [...modules.values()],
        secrets,
        complaints: tidy(warnings, secrets).filter((complaint) => !reported.has(formatComplaint(complaint))),
      };
    },
  };
  const targets = made.world === undefined ? targetsOf(made, context.modules) : [];
  return {
    complaints: [...complaints, ...emptyProfile(whole), ...tidy(repeatedLimits(tree, checkedTree), [])],
    draft,
    targets: { name: `${system}/${env}`, tier, targets },
  };
};
