import { createVitest } from 'vitest/node';

/** A layer of tests: those of a vitest config, or of some of its projects, that run in process. */
export interface LayerChoice {
  readonly name: string;
  readonly config: string;
  readonly projects?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Layers in the order in which a mutant is tried on them. */
export const layerChoices: readonly LayerChoice[] = [
  { name: 'npm test', config: 'vitest.config.ts' },
  { name: 'e2e in process', config: 'vitest.e2e.config.ts' },
  {
    name: 'attack',
    config: 'vitest.config.ts',
    projects: ['attack'],
    env: { OPSDECK_ATTACK_ROUNDS: '5', OPSDECK_ATTACK_SEED: '1' },
  },
  { name: 'sabotage', config: 'vitest.sabotage.config.ts' },
];

/** A test file of a layer. */
export interface TestFile {
  readonly project: string;
  /** Path from the root of the project. */
  readonly file: string;
  /** Environment variables of its project, which may choose other tests in the same file. */
  readonly env: Variables;
}

/** A layer with its test files. */
export interface Layer extends LayerChoice {
  readonly files: readonly TestFile[];
}

const setup = 'test/support/mutants/setup.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/** Variables of a project, without those that differ between processes. */
const chosenBy = ({ TMPDIR, ...others }: Variables): Variables => others;

/**
 * Reads the test files of a layer from its vitest config. Projects whose processes do not carry out plans (test/support/vitest-settings.ts),
 * such as those that start the built program, are left out: a mutant does not exist there.
 */
export const readLayer = async (choice: LayerChoice): Promise<Layer> => {
  // Configs add the setup file only for a run with a plan.
  process.env.OPSDECK_MUTANTS ??= '';
  // Its variables choose projects, too.
  const before = Object.fromEntries(Object.keys(choice.env ?? {}).map((name) => [name, process.env[name]]));
  Object.assign(process.env, choice.env);
  const vitest = await createVitest('test', { config: choice.config, watch: false, run: true });
  try {
    const root = `${process.cwd()}/`;
    const files = (await vitest.globTestSpecifications())
      .filter(({ project }) => project.config.setupFiles.some((setupFile) => setupFile.endsWith(setup)))
      .map(({ project, moduleId }) => ({
        project: project.name,
        file: moduleId.replace(root, ''),
        env: chosenBy(project.config.env),
      }))
      .filter(({ project }) => choice.projects?.includes(project) ?? true)
      .toSorted((first, other) => first.file.localeCompare(other.file));
    return { ...choice, files };
  } finally {
    await vitest.close();
    for (const [name, value] of Object.entries(before))
      if (value === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = value;
  }
};
