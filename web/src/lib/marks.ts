// Which field of which draft each piece of a text was read from. Places are in code points, as the API counts them.

import type { Draft } from './ledger';

export interface Piece {
  text: string;
  /** Fields that it says, the most certain first; none where it says nothing. */
  fields: string[];
}

/** The text in pieces, in its order; joined they are the text. */
export function pieces(text: string, drafts: Draft[]): Piece[] {
  const letters = Array.from(text);
  const marks = drafts.flatMap((d) => d.evidence ?? []).filter((e) => e.span[0] < e.span[1] && e.span[1] <= letters.length);
  const cuts = new Set([0, letters.length]);
  for (const mark of marks) mark.span.forEach((at) => cuts.add(at));
  const order = [...cuts].sort((a, b) => a - b);
  return order.slice(0, -1).map((from, i) => {
    const to = order[i + 1] as number;
    const over = marks.filter((m) => m.span[0] <= from && to <= m.span[1]).sort((a, b) => b.confidence - a.confidence);
    return { text: letters.slice(from, to).join(''), fields: [...new Set(over.map((m) => m.field))] };
  });
}
