/** A signed bar around its middle: to the right and full above 0, to the left and hollow below it. `scale` is the longest. */
export function SignedBar({ value, scale }: { readonly value: number; readonly scale: number }) {
  const width = scale > 0 && Number.isFinite(value) ? Math.max(value === 0 ? 0 : 0.8, (48 * Math.abs(value)) / scale) : 0;
  return (
    <svg class="eq-bar" viewBox="-50 0 100 12" width="100" height="12" preserveAspectRatio="none" aria-hidden="true">
      <line x1="0" x2="0" y1="0" y2="12" class="eq-axis" />
      <rect class={value < 0 ? "down" : "up"} x={value < 0 ? -width : 0} y="2" width={width} height="8" />
    </svg>
  );
}
