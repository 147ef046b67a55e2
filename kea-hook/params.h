/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * params.h: the library's parameters, from Kea's JSON to the configuration
 * that common/ has checked.
 */
#ifndef STAGELOAD_PARAMS_H
#define STAGELOAD_PARAMS_H

#include <memory>
#include <string>

#include <cc/data.h>

#include "common_c.h"

namespace stageload
{

struct ConfigFree {
	void operator()(sl_config *config) const
	{
		sl_config_free(config);
	}
};
using ConfigPtr = std::unique_ptr<sl_config, ConfigFree>;

struct Parameters {
	ConfigPtr config;  /* null: refused, and rc and sentence say why */
	std::string json;  /* as it was given to the checker */
	std::string state; /* the state directory, "" if that was refused */
	enum sl_rc rc = SL_OK;
	std::string sentence;
};

/* The element may be null: a library without parameters. */
Parameters readParameters(const isc::data::ConstElementPtr &element);

/* What an earlier, good configuration published in that directory. */
Parameters readPublished(const std::string &dir);

} // namespace stageload

#endif
