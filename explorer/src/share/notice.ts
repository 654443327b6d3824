import { signal } from "@preact/signals";

/** What becomes of the link that was opened. */
export interface Notice {
  readonly kind: "busy" | "good" | "bad" | "plain";
  readonly text: string;
  /** Sentences that go on about it. */
  readonly more?: readonly string[];
  /** Share that is done, 0..1. */
  readonly done?: number;
  /** What can be done about it. */
  readonly action?: { readonly label: string; readonly run: () => void };
  /** It can be given up. */
  readonly onCancel?: () => void;
}

export const notice = signal<Notice | undefined>(undefined);
