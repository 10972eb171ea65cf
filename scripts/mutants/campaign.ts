import type { RecordedFile } from '../../test/support/mutants/plan.ts';
import {
  type Fates,
  keepFates,
  type LayerFate,
  type MutantFate,
  readFates,
  stillHolds,
  testId,
} from './fates.ts';
import { createImportClosure } from './importers.ts';
import type { Layer } from './layers.ts';
import { type Candidate, candidatesFor, reachOf } from './order.ts';
import type { Population } from './population.ts';
import { withMutation } from './probed.ts';
import { readRecords, recordMissing } from './records.ts';
import type { Mutant } from './sample.ts';
import { runTests, tryMutant } from './try.ts';

/** The lines of a range, shortened to one. */
const linesOf = (text: string, start: number, end: number): string => {
  const from = text.lastIndexOf('\n', start - 1) + 1;
  const to = text.indexOf('\n', end);
  const lines = text
    .slice(from, to === -1 ? undefined : to)
    .trim()
    .replaceAll(/\s+/g, ' ');
  return lines.length > 160 ? `${lines.slice(0, 159)}…` : lines;
};

const fateOf = (mutant: Mutant, text: string, layers: MutantFate['layers']): MutantFate => {
  const { id, file, line, operator, start, end, code } = mutant;
  const after = linesOf(withMutation(text, mutant), start, start + code.length);
  return { id, file, line, operator, diff: [linesOf(text, start, end), after], layers };
};

/** Limits of a campaign. */
export interface Budget {
  /** CPU seconds of tests for one mutant on one layer. */
  readonly most: number;
  /** Asked before each start of the test runner that can wait for the next run. */
  readonly mayGoOn: () => boolean;
}

/** Mutants on their way through the layers, with the fates of earlier runs. */
export class Campaign {
  readonly #population: Population;
  readonly #budget: Budget;
  readonly #closure = createImportClosure();
  readonly #byFile: ReadonlyMap<string, readonly Mutant[]>;
  #fates: Fates;

  private constructor(population: Population, budget: Budget, fates: Fates) {
    this.#population = population;
    this.#budget = budget;
    this.#fates = fates;
    this.#byFile = Map.groupBy(population.mutants, ({ file }) => file);
  }

  static async open(population: Population, budget: Budget): Promise<Campaign> {
    return new Campaign(population, budget, await readFates(population));
  }

  /** Fates of some mutants on all layers so far. */
  fatesOf(mutants: readonly Mutant[]): readonly MutantFate[] {
    return mutants.map((mutant) => this.#fateOf(mutant));
  }

  /** Records a layer as far as it is not, and returns whether its records are complete. */
  async record(layer: Layer): Promise<boolean> {
    const { missing } = await readRecords(this.#population, layer);
    await recordMissing(this.#population, layer, missing, this.#budget.mayGoOn);
    return this.#budget.mayGoOn();
  }

  /** Tries mutants on a layer. Returns those that it does not kill, or undefined if the budget ends before all are tried. */
  async try(layer: Layer, mutants: readonly Mutant[]): Promise<readonly Mutant[] | undefined> {
    const { files, missing } = await readRecords(this.#population, layer);
    for (const { file } of missing) console.error(`${layer.name}: ${file} left no record and is not used`);
    const closures = new Map<string, ReadonlySet<string>>();
    for (const { file } of files) closures.set(file, await this.#closure(file));
    let killers: readonly Candidate[] | undefined;
    do {
      killers = await this.#tryAll(layer, mutants, files, closures);
      if (killers === undefined) return undefined;
    } while (await this.#distrust(layer, killers));
    return mutants.filter((mutant) => this.#fateOf(mutant).layers[layer.name]?.killed !== true);
  }

  /** Tries the mutants whose fate on a layer is not known, and returns the tests that killed one. */
  async #tryAll(
    layer: Layer,
    mutants: readonly Mutant[],
    files: readonly RecordedFile[],
    closures: ReadonlyMap<string, ReadonlySet<string>>,
  ): Promise<readonly Candidate[] | undefined> {
    const { untrusted } = this.#fates;
    const reach = reachOf(files, (file, name) => untrusted.includes(testId(file, name)));
    const killers = new Map<string, Candidate>();
    for (const [index, mutant] of mutants.entries()) {
      const importers = new Set([...closures].flatMap(([file, all]) => (all.has(mutant.file) ? [file] : [])));
      const candidates = candidatesFor(mutant, reach, this.#byFile.get(mutant.file) ?? [], importers);
      const known = this.#fateOf(mutant).layers[layer.name];
      if (known !== undefined && stillHolds(known, candidates, this.#budget.most)) continue;
      if (!this.#budget.mayGoOn()) return undefined;
      const fate = await this.#tryOne(layer, mutant, candidates);
      const killer = candidates.find(({ file, name }) => file === fate.by?.file && name === fate.by.name);
      if (killer !== undefined) killers.set(testId(killer.file, killer.name), killer);
      const word = fate.killed ? 'killed' : candidates.length === 0 ? 'not reached' : 'survived';
      const place = `${mutant.file}:${mutant.line} ${mutant.operator}`;
      const seconds = fate.cpuSeconds.toFixed(1);
      console.error(`${layer.name} ${index + 1}/${mutants.length} ${place}: ${word}, ${seconds} s`);
    }
    return [...killers.values()];
  }

  #textOf(mutant: Mutant): string {
    return this.#population.texts.get(mutant.file) ?? '';
  }

  #fateOf(mutant: Mutant): MutantFate {
    return this.#fates.mutants[mutant.id] ?? fateOf(mutant, this.#textOf(mutant), {});
  }

  async #tryOne(layer: Layer, mutant: Mutant, candidates: readonly Candidate[]): Promise<LayerFate> {
    const text = withMutation(this.#textOf(mutant), mutant);
    const fate = await tryMutant(layer, candidates, { file: mutant.file, text }, this.#budget.most);
    const known = this.#fateOf(mutant);
    const layers = { ...known.layers, [layer.name]: fate };
    await this.#keep({ mutants: { ...this.#fates.mutants, [mutant.id]: { ...known, layers } } });
    return fate;
  }

  /**
   * Runs the tests that killed something again, without a mutant: one that needs the tests before it in its file fails by being run alone.
   * Forgets the kills of those. Returns whether there are any.
   */
  async #distrust(layer: Layer, killers: readonly Candidate[]): Promise<boolean> {
    if (killers.length === 0) return false;
    const { failed } = await runTests(layer, killers, {}, false);
    const found = failed.flatMap(({ file, name }) => (name === undefined ? [] : [testId(file, name)]));
    if (found.length === 0) return false;
    console.error(
      `${layer.name}: ${found.length} tests also fail alone without a mutant: ${found.join(', ')}`,
    );
    const isForgotten = ({ by }: LayerFate): boolean =>
      by?.name !== undefined && found.includes(testId(by.file, by.name));
    const mutants = Object.values(this.#fates.mutants).map((fate): [string, MutantFate] => {
      const layers = Object.fromEntries(
        Object.entries(fate.layers).filter(([, layerFate]) => !isForgotten(layerFate)),
      );
      return [String(fate.id), { ...fate, layers }];
    });
    const untrusted = [...new Set([...this.#fates.untrusted, ...found])];
    await this.#keep({ mutants: Object.fromEntries(mutants), untrusted });
    return true;
  }

  async #keep(change: Partial<Fates>): Promise<void> {
    this.#fates = { ...this.#fates, ...change };
    await keepFates(this.#population, this.#fates);
  }
}
