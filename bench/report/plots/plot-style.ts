/**
 * The colours are from Okabe and Ito's set, told apart by people with any colour vision, and differ in lightness
 * too. The page is painted, because a picture's dark mode follows the reader's system, not the page around it.
 */
export const plotStyle = `
.modelrig-plot{--page:#fff;--ink:#1f2328;--soft:#59636e;--grid:#d9dee3;--body:#0072b2;--wait:#92c9ee;--connect:#e69f00;--bad:#d55e00;--rate:#009e73;--flight:#a8568a;--starts:#7a6a00;--before:#b35c00;--after:#0072b2}
@media (prefers-color-scheme:dark){.modelrig-plot{--page:#0d1117;--ink:#e6edf3;--soft:#9198a1;--grid:#2b323b;--body:#56b4e9;--wait:#39698a;--connect:#e69f00;--bad:#ff8c42;--rate:#1fc798;--flight:#d98bbb;--starts:#d6c64a;--before:#ffa64d;--after:#56b4e9}}
.modelrig-plot text{font:13px system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;fill:var(--ink)}
.modelrig-plot .heading{font-weight:600;font-size:14px}
.modelrig-plot .soft{fill:var(--soft);font-size:12.5px}
.modelrig-plot .halo{stroke:var(--page);stroke-width:4px;stroke-linejoin:round;paint-order:stroke}
.modelrig-plot .page{fill:var(--page)}
.modelrig-plot .grid{stroke:var(--grid)}
.modelrig-plot .axis{stroke:var(--soft)}
.modelrig-plot .mark{stroke:var(--ink);stroke-width:1.5}
.modelrig-plot .ok{fill:var(--body)}
.modelrig-plot .due{fill:none;stroke:var(--bad);stroke-width:2}
.modelrig-plot .hatched{fill:url(#timeout-hatch);stroke:var(--bad)}
.modelrig-plot .hatch{stroke:var(--bad);stroke-width:2.5}
.modelrig-plot .connect{stroke:var(--connect)}
.modelrig-plot .wait{stroke:var(--wait)}
.modelrig-plot .body{stroke:var(--body)}
.modelrig-plot .cross{stroke:var(--bad);stroke-width:1.5;fill:none}
.modelrig-plot .rate{fill:var(--rate);fill-opacity:.25;stroke:var(--rate);stroke-width:1.5}
.modelrig-plot .flight{fill:var(--flight);fill-opacity:.25;stroke:var(--flight);stroke-width:1.5}
.modelrig-plot .starts{fill:var(--starts);fill-opacity:.25;stroke:var(--starts);stroke-width:1.5}
.modelrig-plot .dense{fill:var(--body)}
.modelrig-plot .dense-bad{fill:var(--bad)}
.modelrig-plot .before{stroke:var(--before)}
.modelrig-plot .after{stroke:var(--after)}
.modelrig-plot .point-before{fill:var(--page);stroke:var(--before);stroke-width:2}
.modelrig-plot .point-after{fill:var(--after)}
.modelrig-plot .part-0{fill:#d55e00}
.modelrig-plot .part-1{fill:#56b4e9}
.modelrig-plot .part-2{fill:#009e73}
.modelrig-plot .part-3{fill:#e69f00}
.modelrig-plot .part-4{fill:#0072b2}
.modelrig-plot .part-5{fill:#cc79a7}
.modelrig-plot .part-6{fill:#b8a800}
.modelrig-plot .part-7{fill:#8c8c8c}
.modelrig-plot .curve{fill:none;stroke-width:2.5}
.modelrig-plot .dashed{stroke-dasharray:7 4}
.modelrig-plot .part{stroke:var(--page);stroke-width:1}
.modelrig-plot .part-connect{fill:#b3b3b3}
.modelrig-plot .part-before_server{fill:#6e6e6e}
.modelrig-plot .part-event_loop{fill:#d55e00}
.modelrig-plot .part-metadata{fill:#cc79a7}
.modelrig-plot .part-admission{fill:#e69f00}
.modelrig-plot .part-s3_pool{fill:#f0e442}
.modelrig-plot .part-s3_first_byte{fill:#0072b2}
.modelrig-plot .part-s3_body{fill:#56b4e9}
.modelrig-plot .part-moving{fill:#5b3f8f}
.modelrig-plot .part-client_body{fill:#009e73}
.modelrig-plot .part-direct_from_store{fill:#7fd3b8}
.modelrig-plot .part-after_server{fill:#b7dcc9}
.modelrig-plot .part-unexplained{fill:#ffffff}
.modelrig-plot .part-unexplained{stroke:var(--bad)}
.modelrig-plot .part-label{fill:#111}
.modelrig-plot .part-label-before_server,.modelrig-plot .part-label-s3_first_byte,.modelrig-plot .part-label-moving,.modelrig-plot .part-label-client_body{fill:#fff}
.modelrig-plot .level-1{fill-opacity:.22}
.modelrig-plot .level-2{fill-opacity:.4}
.modelrig-plot .level-3{fill-opacity:.6}
.modelrig-plot .level-4{fill-opacity:.8}
`;
