import type { AgentState } from './state.ts';

/** The one place where the state changes. */
export interface StateCell {
  readonly state: AgentState;
  update(change: (state: AgentState) => AgentState): void;
  /** Called after each change. */
  subscribe(listener: () => void): void;
}

export function createStateCell(initial: AgentState): StateCell {
  let state = initial;
  const listeners: (() => void)[] = [];
  return {
    get state() {
      return state;
    },
    update(change) {
      state = change(state);
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.push(listener);
    },
  };
}
