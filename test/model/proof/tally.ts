import { play, type Round } from './round.ts';

/** Counts of rounds, and those that ended wrongly. */
interface Tally {
  /** Rounds in which the action worked and nothing lied, and how many of them recovered. */
  readonly worked: { readonly rounds: number; readonly recovered: number };
  /** By lie. */
  readonly lied: ReadonlyMap<string, { readonly rounds: number; readonly recovered: number }>;
  /** Rounds that recovered without an effect, or did not recover with one. */
  readonly wrong: readonly Round[];
}

/** Plays rounds with successive seeds. */
export const playRounds = async (rounds: number, seed = 1): Promise<Tally> => {
  const worked = { rounds: 0, recovered: 0 };
  const lied = new Map<string, { rounds: number; recovered: number }>();
  const wrong: Round[] = [];
  for (let index = 0; index < rounds; index += 1) {
    const round = await play(seed + index);
    const counts = round.lie === undefined ? worked : (lied.get(round.lie) ?? { rounds: 0, recovered: 0 });
    counts.rounds += 1;
    if (round.isRecovered) counts.recovered += 1;
    if (round.lie !== undefined) lied.set(round.lie, counts);
    if (round.isRecovered !== (round.lie === undefined)) wrong.push(round);
  }
  return { worked, lied, wrong };
};

/** The lies after which at least one round recovered, by name. */
export const foolingLies = ({ lied }: Tally): readonly string[] =>
  [...lied].flatMap(([name, { recovered }]) => (recovered > 0 ? [name] : [])).sort();
