-- Writes each begin and end of a client's session to the file of the setting test_sessions_file.
local path = module:get_option_string("test_sessions_file");
local now = require "util.time".now;

local function note(what)
	return function (event)
		local file = assert(io.open(path, "a"));
		file:write(("%.3f %s %s %s\n"):format(now(), what, event.session.full_jid, event.error or ""));
		file:close();
	end;
end

module:hook("resource-bind", note("bound"));
module:hook("resource-unbind", note("unbound"));
