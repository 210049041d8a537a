// Runs in a frame that may run scripts: it shows that the canary of the hostile test can be heard at all.
top.postMessage('canary-control', '*');
