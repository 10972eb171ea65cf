import type { Fault, Millis } from '../domain/base/fault.ts';
import type { Profile } from '../domain/profile/profile.ts';
import type { PluginStatus } from '../domain/profile/settings.ts';
import { type Diagnostic, formatDiagnostic } from '../domain/text/position.ts';
import type { Files } from '../platform/files/local-files.ts';
import type { SourceModule, SourceType } from '../sources/kit/contract/source.ts';
import type { BuildContext } from './build/context.ts';
import { literalHead, type ProfileHead } from './build/head.ts';
import { emptyProfile } from './build/likely-mistakes.ts';
import { outsideArgumentDiagnostics } from './build/outside-arguments.ts';
import { buildProfile } from './build/profile.ts';
import { repeatedLimits } from './build/repeated-limits.ts';
import type { ProfileCatalog } from './catalog/profile-catalog.ts';
import { backtrackingDiagnostics } from './document/backtracking.ts';
import { didYouMean, errorAt, sortDiagnostics } from './document/diagnostics.ts';
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
import { childOf, type MapNode, withoutKeys } from './document/tree.ts';
import { readVars, referenceDiagnostics } from './document/vars.ts';

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
  /** Returns the names of the simulated systems, for `world`. Absent: any name is valid. */
  simulators?(): Promise<readonly string[]>;
  /** The other environments, for `across`. Absent: only the profile itself is known. */
  readonly catalogue?: ProfileCatalog;
}

export interface LoadedProfile {
  readonly diagnostics: readonly Diagnostic[];
  /** Absent when any diagnostic is an error: nothing may be contacted then. */
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
  /** Diagnostics that only the resolved values caused; those of the load are not repeated. An error refuses the profile. */
  readonly diagnostics: readonly Diagnostic[];
}

/** A well-formed profile before its external references are resolved. */
export interface ProfileDraft {
  readonly head: ProfileHead;
  readonly needsExec: boolean;
  readonly needsSimulator: boolean;
  finish(values: FinishValues): Promise<ResolvedProfile>;
}

const isError = ({ severity }: Diagnostic): boolean => severity === 'error';

const hasErrors = (diagnostics: readonly Diagnostic[]): boolean => diagnostics.some(isError);

const resolved = (tree: MapNode, vars: ProfileVars, lookup: Lookup): MapNode => {
  const node = new ReferenceResolver(vars, lookup).tree(tree);
  return node.is === 'map' ? node : tree;
};

/** Redacts diagnostics: they quote the file, which may contain a password. */
const tidy = (diagnostics: readonly Diagnostic[], secrets: readonly string[]): readonly Diagnostic[] =>
  sortDiagnostics(
    diagnostics.map((diagnostic) => ({
      ...diagnostic,
      what: redactSecrets(diagnostic.what, secrets),
      todo: redactSecrets(diagnostic.todo, secrets),
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
const uncheckedReferences = (references: readonly LocatedReference[]): readonly Diagnostic[] => {
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

/** Reports a `world` whose system has no simulator. */
const simulatorDiagnostics = async (
  tree: MapNode,
  { simulators }: LoadOptions,
): Promise<readonly Diagnostic[]> => {
  const system = childOf(childOf(tree, 'world'), 'system');
  if (system?.is !== 'scalar' || typeof system.value !== 'string' || simulators === undefined) return [];
  const known = await simulators();
  if (known.includes(system.value)) return [];
  const what = `world.system: opsdeck has no simulator of ${system.value}`;
  return [errorAt(system.position, what, didYouMean(system.value, known))];
};

/**
 * Reads a profile with all files it extends and includes, and validates it; contacts nothing and runs nothing. Never
 * throws because of file contents. `finish` then resolves the references.
 */
export const loadProfile = async (file: string, options: LoadOptions): Promise<LoadedProfile> => {
  const { tree: whole, diagnostics: reading } = await readProfileTree(file, options.files);
  if (whole === undefined) return { diagnostics: tidy(reading, []) };
  const { vars, diagnostics: declaring } = readVars(whole, options.sets);
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
  const { made, diagnostics: building } = buildProfile(checkedTree, context);
  const diagnostics = tidy(
    [
      ...reading,
      ...declaring,
      ...literalHead(whole),
      ...referenceDiagnostics(whole),
      ...backtrackingDiagnostics(checkedTree),
      ...(blind ? uncheckedReferences(references) : []),
      ...building,
      ...(await simulatorDiagnostics(checkedTree, options)),
    ],
    secretsInTree(checkedTree, []),
  );
  if (hasErrors(diagnostics)) return { diagnostics };
  const reported = new Set(diagnostics.map(formatDiagnostic));
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
      const unsafe = new Set(outsideArgumentDiagnostics(filled).filter(isError).map(formatDiagnostic));
      // Problems that only resolved values cause disable the entry and nothing else. No program is started with an unsafe value.
      const warnings = finished.diagnostics.map(
        (diagnostic): Diagnostic =>
          unsafe.has(formatDiagnostic(diagnostic)) ? diagnostic : { ...diagnostic, severity: 'warning' },
      );
      return {
        profile: maskedProfile(finished.made, secrets),
        modules: [...modules.values()],
        secrets,
        diagnostics: tidy(warnings, secrets).filter(
          (diagnostic) => !reported.has(formatDiagnostic(diagnostic)),
        ),
      };
    },
  };
  const targets = made.world === undefined ? targetsOf(made, context.modules) : [];
  return {
    diagnostics: [...diagnostics, ...emptyProfile(whole), ...tidy(repeatedLimits(tree, checkedTree), [])],
    draft,
    targets: { name: `${system}/${env}`, tier, targets },
  };
};
